#!/usr/bin/env bash
# A checkpoint on a disk that hangs does not hold up training: updates are made, and read their shards, while
# not one byte of the checkpoint is written. A checkpoint that is due meanwhile is skipped with a line. A stop
# waits for the checkpoint in hand. At a set rate, writing takes as long as the rate says.
source "$(dirname "$0")/shared/common.sh"
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400)
slow() { ranks 2 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=/rank_ "$1" "$BIN/srl_train" "${SFT[@]}" "${@:2}"; }   # slow SETTING ARGUMENTS…

RUN=$WORK/held
slow SLOW_HOLD="$WORK/release" --run "$RUN" --training.updates $ENDLESS 2>"$RUN.log" & pid=$!
wait_updates "$RUN" 7 $pid
[[ -z $(newest_checkpoint "$RUN") ]] || fail "a checkpoint is complete although its files cannot be written"
for update in 4 6; do
  grep -q "the checkpoint of update $update is skipped: that of update 2 is still being written" "$RUN.log" ||
    fail "the log does not say that the checkpoint of update $update is skipped"
done
pkill -USR1 -f "^$BIN/srl_train.*$RUN"
touch "$WORK/release"
wait $pid || fail "USR1 gave exit code $?: $(tail -5 "$RUN.log")"
status_is "$RUN" saved
has_checkpoint "$RUN" 2 || fail "the stop did not wait for the checkpoint in hand"
last=$(sed -n 's/^update=//p' "$RUN/STATUS")
has_checkpoint "$RUN" "$last" || fail "the stop did not save update $last"

# The same run on a fast disk ends with the same weights.
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" --training.updates $((last + 2)) 2>>"$RUN.log" || fail "$(tail -5 "$RUN.log")"
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/straight" --training.updates $((last + 2)) 2>"$WORK/straight.log" || fail "$(tail -5 "$WORK/straight.log")"
same_model "$WORK/straight" "$RUN"

# 400 kB per second, for files of about 1 MB.
slow SLOW_RATE=400000 --run "$WORK/rate" --training.updates 3 2>"$WORK/rate.log" || fail "$(tail -5 "$WORK/rate.log")"
awk '/slow disk: .*rank_/ { files++; for (i = 1; i < NF; i++) { if ($(i + 1) == "bytes") b = $i; if ($(i + 1) ~ /^s]/) s = $i }
  if (s < b / 400000) { print "too fast: " $0; bad = 1 } } END { exit bad || files == 0 }' "$WORK/rate.log" || fail "the tool did not slow the disk"
grep 'slow disk' "$WORK/rate.log" | tail -n 1

# Before a checkpoint was measured, its time is estimated from the write rate that srl_check found: here 2.4 MB
# at 10 bytes per second. A run whose limit is nearer than that saves at once. The limit is hours away.
export SRL_WRITE_BYTES_PER_SECOND=10
code=0
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/limit" --training.updates $ENDLESS --job.end_time $(($(date +%s) + 100000)) 2>"$WORK/limit.log" || code=$?
[[ $code -eq 0 ]] || fail "exit code $code: $(tail -5 "$WORK/limit.log")"
status_is "$WORK/limit" saved
grep -qx 'reason=time limit' "$WORK/limit/STATUS" || fail "did not stop for the time limit: $(cat "$WORK/limit/STATUS")"

# TERM with less time than a checkpoint needs, estimated and measured: nothing is begun.
terminated() {  # terminated RUN: the run that got TERM failed without a new checkpoint
  local update
  status_is "$1" failed
  update=$(sed -n 's/^update=//p' "$1/STATUS")
  grep -qx "reason=terminated at update $update" "$1/STATUS" || fail "$1: $(cat "$1/STATUS")"
}
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/term" --training.updates $ENDLESS --checkpoint.every_updates 0 --job.term_seconds 3600 2>"$WORK/term.log" & pid=$!
wait_updates "$WORK/term" 2 $pid
pkill -TERM -f "^$BIN/srl_train.*$WORK/term"
wait $pid && fail "TERM without time for a checkpoint gave exit code 0"
terminated "$WORK/term"
[[ ! -e $WORK/term/checkpoints ]] || fail "a checkpoint was begun: $(ls "$WORK/term/checkpoints")"

unset SRL_WRITE_BYTES_PER_SECOND
slow SLOW_RATE=400000 --run "$WORK/measured" --training.updates $ENDLESS --checkpoint.every_updates 100000 --checkpoint.every_minutes 0.001 --job.term_seconds 1 2>"$WORK/measured.log" & pid=$!
wait_until $pid grep -qs 'checkpoint .* complete' "$WORK/measured.log" || fail "no checkpoint: $(tail -5 "$WORK/measured.log")"
pkill -TERM -f "^$BIN/srl_train.*$WORK/measured"
wait $pid && fail "TERM without time for a checkpoint gave exit code 0"
terminated "$WORK/measured"
[[ -n $(newest_checkpoint "$WORK/measured") ]] || fail "the complete checkpoint is gone"
