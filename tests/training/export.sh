#!/usr/bin/env bash
# The best model is exported while training continues, on a disk that hangs. Checkpoints that are due meanwhile
# are skipped with a line. After a kill during the export the next start repeats it. Without memory for a copy
# of the weights, training waits for exports.
source "$(dirname "$0")/shared/common.sh"
source "$(dirname "$0")/shared/short.sh"
RUN=$WORK/best
BEST=("${TEACH[@]}" --validation.every_updates 120 --validation.questions 4 --checkpoint.every_updates 3 --checkpoint.keep 1)
ranks 1 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=export_best SLOW_HOLD="$WORK/release" "$BIN/srl_train" "${BEST[@]}" --run "$RUN" --training.updates 127 2>"$RUN.log" & pid=$!
wait_updates "$RUN" 126 $pid
[[ ! -e $RUN/export_best ]] || fail "the export was not held"
has_checkpoint "$RUN" 120 || fail "no checkpoint of the best model"
wait_until $pid grep -qs 'the checkpoint of update 123 is skipped: the best model, that of update 120, is still being exported' "$RUN.log" ||
  fail "no word on the checkpoint of update 123: $(tail -5 "$RUN.log")"
pkill -KILL -f "^$BIN/srl_train.*$RUN"
wait $pid 2>/dev/null && fail "a killed run ended with exit code 0"
ranks 2 "$BIN/srl_train" "${BEST[@]}" --run "$RUN" --training.updates 120 2>"$RUN.log" || fail "$(tail -5 "$RUN.log")"
grep -q 'resumed from .*update_000120' "$RUN.log" || fail "did not resume from update 120: $(cat "$RUN.log")"
cmp "$RUN/export_best/model.safetensors" "$RUN/export/model.safetensors" || fail "the best model was not exported again"
leftovers=$(find "$RUN" -mindepth 1 -maxdepth 1 -name '*export*' ! -name export ! -name export_best)
[[ -z $leftovers ]] || fail "an interrupted export left $leftovers"

# TERM while the best model is being exported on a disk that hangs: the export counts in the time to stop, so no
# checkpoint is begun, and the job ends without waiting for the disk.
RUN=$WORK/term
SRL_WRITE_BYTES_PER_SECOND=1 ranks 1 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=export_best SLOW_HOLD="$WORK/never" "$BIN/srl_train" "${BEST[@]}" \
  --job.term_seconds 3600 --run "$RUN" --training.updates 200 2>"$RUN.log" & pid=$!
wait_until $pid grep -qs 'the checkpoint of update 123 is skipped: the best model' "$RUN.log" || fail "no export was held: $(tail -5 "$RUN.log")"
pkill -TERM -f "^$BIN/srl_train.*$RUN"
wait $pid && fail "TERM without time for the export gave exit code 0"
status_is "$RUN" failed
grep -q '^reason=terminated at update' "$RUN/STATUS" || fail "$(cat "$RUN/STATUS")"
[[ -n $(newest_checkpoint "$RUN") ]] || fail "the complete checkpoint is gone"

# Exactly the planned memory: no copy of the weights fits.
PLANNED=("${SRL[@]}" --training.updates 1)
planned=$(ranks 1 "$BIN/srl_train" "${PLANNED[@]}" --dry_run 2>"$WORK/log" | sed -n 's/^memory bytes per rank: //p')
ranks 1 "$BIN/srl_train" "${PLANNED[@]}" --plan.memory "$planned" --run "$WORK/waits" 2>"$WORK/waits.log" || fail "$(tail -5 "$WORK/waits.log")"
grep -q 'exports: training waits for them' "$WORK/waits.log" || fail "no word on exports: $(cat "$WORK/waits.log")"
ranks 1 "$BIN/srl_train" "${PLANNED[@]}" --run "$WORK/thread" 2>"$WORK/thread.log" || fail "$(tail -5 "$WORK/thread.log")"
grep -q 'exports: on a thread' "$WORK/thread.log" || fail "no word on exports: $(cat "$WORK/thread.log")"
same_model "$WORK/waits" "$WORK/thread"
