#!/usr/bin/env bash
# STATUS never says what only an earlier start could say. A start is `running` before it loads anything, and
# `failed` when it fails: missing data, damaged checkpoints, a memory plan that does not fit. It keeps the
# update that the run has reached. A refused option leaves STATUS as it was.
source "$(dirname "$0")/../training/shared/common.sh"
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400)
RUN=$WORK/run
UPDATES=2
start() { ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" --training.updates "$UPDATES" "$@" 2>"$WORK/log"; }
start || fail "$(tail -5 "$WORK/log")"
status_is "$RUN" finished
for line in total=2 update=2 seconds_left=0 'seconds_per_update=[0-9.]*' 'loss=[0-9.]*'; do
  grep -qx "$line" "$RUN/STATUS" || fail "STATUS does not say $line: $(cat "$RUN/STATUS")"
done
saved() { sed -i 's/^state=.*/state=saved/; s/^reason=.*/reason=USR1/' "$RUN/STATUS"; }   # as if a stop request had ended the run
fails() {  # fails CODE WORDS ARGUMENTS…: the start fails, and STATUS says so with these words
  local code=0
  saved
  start "${@:3}" || code=$?
  ((code == $1)) || fail "exit code $code instead of $1: $(tail -5 "$WORK/log")"
  status_is "$RUN" failed
  grep -q "^reason=.*$2" "$RUN/STATUS" || fail "STATUS does not say '$2': $(cat "$RUN/STATUS")"
  grep -qx 'update=2' "$RUN/STATUS" || fail "STATUS lost the update that the run has reached: $(cat "$RUN/STATUS")"
}
fails 1 "$WORK/nowhere" --data "$WORK/nowhere"
fails 2 'does not fit' --plan.memory 1M
cp -r "$RUN" "$WORK/whole"
for file in "$RUN"/checkpoints/*/rank_00001.*; do truncate -s 100 "$file"; done
fails 1 'every checkpoint of .* is damaged'
rm -r "$RUN"; mv "$WORK/whole" "$RUN"

saved
cp "$RUN/STATUS" "$WORK/before"
for refused in "--training.learning_rate 0.5" "--resume never"; do
  code=0
  start $refused || code=$?
  [[ $code -eq 2 ]] || fail "$refused gave exit code $code"
  cmp "$WORK/before" "$RUN/STATUS" || fail "$refused was refused, but it changed STATUS"
done

# A finished run that is started again and killed while it loads the model is not finished.
sed -i 's/^state=.*/state=finished/' "$RUN/STATUS"
timeout $HANG_SECONDS env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=model/model.safetensors SLOW_OPEN=$HANG_SECONDS \
  "$BIN/srl_train" "${SFT[@]}" --run "$RUN" --training.updates 4 </dev/null 2>"$WORK/log" & pid=$!
wait_until $pid grep -qx state=running "$RUN/STATUS" || fail "a start did not write running: $(cat "$RUN/STATUS" "$WORK/log")"
pkill -KILL -f "^$BIN/srl_train.*$RUN"
wait $pid 2>/dev/null && fail "a killed start ended with exit code 0"
status_is "$RUN" running
grep -qx 'update=2' "$RUN/STATUS" || fail "STATUS lost the update that the run has reached: $(cat "$RUN/STATUS")"
UPDATES=4 start || fail "$(tail -5 "$WORK/log")"
status_is "$RUN" finished
grep -qx total=4 "$RUN/STATUS" || fail "STATUS does not have the new total: $(cat "$RUN/STATUS")"
grep -qx 'from=2' "$RUN/STATUS" || fail "STATUS does not say where the start began: $(cat "$RUN/STATUS")"
