#!/usr/bin/env bash
# A run that is killed, or told to save, and resumed ends with the weights of the run that was not, bit for bit; torn and damaged
# checkpoints are passed over; options that would change the run are refused.
source "$(dirname "$0")/common.sh"
UPDATES=20
SRL+=(--training.updates "$UPDATES")
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400 --training.max_tokens_per_pack 2000)
train() { ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$1" "${@:2}" 2>>"$1.log"; }

train "$WORK/straight" || fail "$(tail -5 "$WORK/straight.log")"
status_is "$WORK/straight" finished
(($(updates_of "$WORK/straight") == UPDATES)) || fail "not a metrics line an update"

# kill -9 of one rank in the middle: the other ends too, and a new start goes on
train "$WORK/killed" & pid=$!
wait_checkpoint "$WORK/killed" 2
kill -9 "$(pgrep -f "^$BIN/srl_train.*$WORK/killed" | head -n 1)" || fail "run ended before it could be killed"
wait $pid && fail "a killed run ended well"
train "$WORK/killed" || fail "$(tail -5 "$WORK/killed.log")"
grep -q 'resumed from' "$WORK/killed.log" || fail "did not say that it resumed"
status_is "$WORK/killed" finished
same_model "$WORK/straight" "$WORK/killed"
(($(updates_of "$WORK/killed") == UPDATES)) || fail "metrics of lost updates were not cut"

# USR1 to mpirun: all ranks save and exit 0
timeout 200 mpirun --bind-to none -n 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/saved" 2>>"$WORK/saved.log" & pid=$!
wait_updates "$WORK/saved" 3
pkill -USR1 -f "^mpirun.*--run $WORK/saved" || fail "run ended before it could be told to save"
wait $pid || fail "USR1 gave exit code $?"
status_is "$WORK/saved" saved
train "$WORK/saved" || fail "$(tail -5 "$WORK/saved.log")"
status_is "$WORK/saved" finished
same_model "$WORK/straight" "$WORK/saved"

# a directory that another job holds is waited for
mkdir "$WORK/shared"
exec 9>"$WORK/shared/LOCK"
flock 9
echo "process 1 elsewhere" >&9
train "$WORK/shared" 9>&- & pid=$!
for ((t = 0; t < 600; t++)); do grep -q 'shared is in use by process 1 elsewhere: waiting' "$WORK/shared.log" 2>/dev/null && break; sleep 0.1; done
((t < 600)) || fail "a job did not say that it waits for another: $(cat "$WORK/shared.log")"
[[ ! -e $WORK/shared/STATUS ]] || fail "a job wrote into the directory of another"
exec 9>&-
wait $pid || fail "$(tail -5 "$WORK/shared.log")"
same_model "$WORK/straight" "$WORK/shared"

# the newest checkpoint truncated: the one before is taken, and named; another option is refused
cp -r "$WORK/straight" "$WORK/torn"
rm -rf "$WORK/torn/export"
newest=$(ls -d "$WORK"/torn/checkpoints/update_* | tail -n 1)
truncate -s 1000 "$newest/rank_00001.h5"
train "$WORK/torn" || fail "$(tail -5 "$WORK/torn.log")"
grep -q 'rank_00001.h5: missing or truncated' "$WORK/torn.log" || fail "the torn file was not named"
[[ -d $WORK/torn/checkpoints/damaged_$(basename "$newest") ]] || fail "the damaged checkpoint was not set aside"
same_model "$WORK/straight" "$WORK/torn"
set +e
train "$WORK/torn" --training.learning_rate 0.5; code=$?
set -e
[[ $code -eq 2 ]] || fail "a changed learning rate gave exit code $code"
status_is "$WORK/torn" finished   # a refusal leaves the run as it was
grep -q 'training.learning_rate' "$WORK/torn.log" || fail "the changed option was not named"

# another number of ranks goes on from the same checkpoint (other packs: equal up to rounding, so only that it finishes)
cp -r "$WORK/saved" "$WORK/more"
ranks 3 "$BIN/srl_train" "${SFT[@]}" --training.updates 21 --run "$WORK/more" 2>"$WORK/more.log" || fail "$(tail -5 "$WORK/more.log")"
grep -q 'saved by 2 ranks' "$WORK/more.log" || fail "did not resume on 3 ranks"
grep -q 'training.updates: 20 -> 21' "$WORK/more.log" || fail "did not say what changed"
status_is "$WORK/more" finished

# a full disk while saving: a clear message, no checkpoint that looks complete
if mkdir "$WORK/small" && mount -t tmpfs -o size=8m tmpfs "$WORK/small" 2>/dev/null; then
  trap 'umount -l "$WORK/small" 2>/dev/null || true; rm -rf "$WORK"' EXIT
  set +e
  ranks 2 "$BIN/srl_train" "${SFT[@]}" --checkpoint.every_updates 1 --run "$WORK/small/run" 2>"$WORK/small.log"; code=$?
  set -e
  complete=$(ls "$WORK/small/run/checkpoints"/*/COMPLETE 2>/dev/null | wc -l || true)
  umount -l "$WORK/small"
  [[ $code -ne 0 && $complete -ge 1 ]] || fail "full disk: exit $code, $complete complete checkpoints"
  grep -qi 'cannot write\|no space' "$WORK/small.log" || fail "a full disk was not named: $(tail -3 "$WORK/small.log")"
  echo "full disk: exit $code with $complete complete checkpoints"
else
  echo "full disk not tried: this user may not mount a tmpfs"
fi
