#!/usr/bin/env bash
# A run that is killed, or saves on a signal, and resumes ends with the same bits as an uninterrupted run.
# Torn and damaged checkpoints are skipped. Options that would change the run are refused.
source "$(dirname "$0")/shared/common.sh"
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400 --training.max_tokens_per_pack 2000)
train() { ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$1" --training.updates "$2" "${@:3}" 2>>"$1.log"; }   # train RUN UPDATES ARGUMENTS…

# kill -9 of one rank in the middle of the run: the other rank ends too.
train "$WORK/killed" $ENDLESS & pid=$!
wait_checkpoint "$WORK/killed" 2 $pid
kill -9 "$(pgrep -f "^$BIN/srl_train.*$WORK/killed" | head -n 1)"
wait $pid && fail "a killed run ended with exit code 0"

# USR1 to mpirun: all ranks save and exit with 0.
timeout $HANG_SECONDS mpirun --bind-to none -n 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/saved" --training.updates $ENDLESS </dev/null 2>>"$WORK/saved.log" & pid=$!
wait_updates "$WORK/saved" 3 $pid
pkill -USR1 -f "^mpirun.*--run $WORK/saved"
wait $pid || fail "USR1 gave exit code $?"
status_is "$WORK/saved" saved

# Both runs resume and end with the weights of an uninterrupted run.
UPDATES=$(updates_after "$WORK/killed" "$WORK/saved")
train "$WORK/straight" $UPDATES || fail "$(tail -5 "$WORK/straight.log")"
status_is "$WORK/straight" finished
(($(updates_of "$WORK/straight") == UPDATES)) || fail "metrics.jsonl does not have one line per update"
for run in killed saved; do
  train "$WORK/$run" $UPDATES || fail "$(tail -5 "$WORK/$run.log")"
  grep -q 'resumed from' "$WORK/$run.log" || fail "the $run run did not say that it resumed"
  status_is "$WORK/$run" finished
  same_model "$WORK/straight" "$WORK/$run"
  (($(updates_of "$WORK/$run") == UPDATES)) || fail "$run: metrics.jsonl does not have one line per update"
done

# A job waits for a run directory that another job holds.
mkdir "$WORK/shared"
exec 9>"$WORK/shared/LOCK"
flock 9
echo "process 1 elsewhere" >&9
train "$WORK/shared" $UPDATES 9>&- & pid=$!
wait_until $pid grep -qs 'shared is in use by process 1 elsewhere: waiting' "$WORK/shared.log" ||
  fail "a job did not say that it waits for another: $(cat "$WORK/shared.log")"
[[ ! -e $WORK/shared/STATUS ]] || fail "a job wrote into the directory of another"
exec 9>&-
wait $pid || fail "$(tail -5 "$WORK/shared.log")"
same_model "$WORK/straight" "$WORK/shared"

# The newest checkpoint is truncated: the run resumes from the one before, and the message names the truncated
# one. Another option is refused.
cp -r "$WORK/straight" "$WORK/torn"
rm -rf "$WORK/torn/export"
newest=$(newest_checkpoint "$WORK/torn")
truncate -s 1000 "$newest/rank_00001.safetensors"
train "$WORK/torn" $UPDATES || fail "$(tail -5 "$WORK/torn.log")"
grep -q 'rank_00001.safetensors: missing or truncated' "$WORK/torn.log" || fail "the torn file was not named"
[[ -d $WORK/torn/checkpoints/damaged_$(basename "$newest") ]] || fail "the damaged checkpoint was not set aside"
same_model "$WORK/straight" "$WORK/torn"
set +e
train "$WORK/torn" $UPDATES --training.learning_rate 0.5; code=$?
set -e
[[ $code -eq 2 ]] || fail "a changed learning rate gave exit code $code"
status_is "$WORK/torn" finished   # a refusal leaves the run as it was
grep -q 'training.learning_rate' "$WORK/torn.log" || fail "the changed option was not named"

# Other data are refused, and the message names the shards.
head -n 40 "$SOURCE/data_prep/example/expert_solutions.jsonl" >"$WORK/fewer.jsonl"
"$BIN/srl_prep" --input "$WORK/fewer.jsonl" --output "$WORK/fewer" --holdout.questions 4 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
refused_data() {  # refused_data TEXT ARGUMENTS…
  local text=$1 code=0
  shift
  train "$WORK/torn" $UPDATES "$@" || code=$?
  ((code == 2)) && grep -qF "$text" "$WORK/torn.log" || fail "other data gave exit code $code: $(grep 'error:' "$WORK/torn.log" | tail -n 1)"
}
refused_data "$WORK/fewer/shards/shard_00000.h5 was not among them, $WORK/data/shards/shard_00000.h5 is missing" --data "$WORK/fewer"
refused_data 'the same shards have other weights' --data "$WORK/data:2"
mv "$WORK/data" "$WORK/right"
mv "$WORK/fewer" "$WORK/data"
refused_data "$WORK/data/shards/shard_00000.h5 has changed"
rm -r "$WORK/data"
mv "$WORK/right" "$WORK/data"
status_is "$WORK/torn" finished

# Another number of ranks resumes from the same checkpoint. Its packs differ, so weights are equal only up to
# rounding. This test checks only that it finishes.
cp -r "$WORK/saved" "$WORK/more"
ranks 3 "$BIN/srl_train" "${SFT[@]}" --training.updates $((UPDATES + 1)) --run "$WORK/more" 2>"$WORK/more.log" || fail "$(tail -5 "$WORK/more.log")"
grep -q 'saved by 2 ranks' "$WORK/more.log" || fail "did not resume on 3 ranks"
grep -q "training.updates: $UPDATES -> $((UPDATES + 1))" "$WORK/more.log" || fail "did not say what changed"
status_is "$WORK/more" finished

# A full disk during a save gives a clear message, and no checkpoint that looks complete.
if mkdir "$WORK/small" && mount -t tmpfs -o size=8m tmpfs "$WORK/small" 2>/dev/null; then
  trap 'end_jobs; umount -l "$WORK/small" 2>/dev/null || true; rm -rf "$WORK"' EXIT
  set +e
  ranks 2 "$BIN/srl_train" "${SFT[@]}" --training.updates $UPDATES --checkpoint.every_updates 1 --run "$WORK/small/run" 2>"$WORK/small.log"; code=$?
  set -e
  complete=$(ls "$WORK/small/run/checkpoints"/*/COMPLETE 2>/dev/null | wc -l || true)
  umount -l "$WORK/small"
  [[ $code -ne 0 && $complete -ge 1 ]] || fail "full disk: exit code $code with $complete complete checkpoints"
  grep -qi 'cannot write\|no space' "$WORK/small.log" || fail "a full disk was not named: $(tail -3 "$WORK/small.log")"
  echo "full disk: exit code $code with $complete complete checkpoints"
else
  echo "skipped the full disk: this user may not mount a tmpfs"
fi
