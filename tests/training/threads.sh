#!/usr/bin/env bash
# threads.sh BUILD: trains under the thread sanitizer: watchdog, log, checkpoints on a slow disk beside updates,
# exports of the best and the last model beside updates, a save on TERM, a resume. Fails on any report outside
# Open MPI. One compute thread: OpenMP's library is not built with the sanitizer, which cannot see where OpenMP's
# threads meet; the thread pool has its tests in base. BUILD is a tree of the preset `tsan` with LibTorch:
#   cmake --preset tsan -B build/tsan-torch -DSRL_WITH_TORCH=ON -DSRL_TEST_FOLDERS=training
#   cmake --build build/tsan-torch && tests/training/threads.sh build/tsan-torch
root=$(cd "$(dirname "$0")/../.." && pwd)
export TSAN_OPTIONS="suppressions=$root/tests/support/tsan_suppressions.txt exitcode=66 history_size=4 report_signal_unsafe=0"
source "$(dirname "$0")/shared/common.sh"
reports() { grep -c 'WARNING: ThreadSanitizer' "$1" || true; }
if "$BUILD/tests/planted_race" 2>"$WORK/race.log" || (($(reports "$WORK/race.log") == 0)); then fail "a planted race is not reported: is $BUILD a tree of the preset tsan?"; fi
RUN=("${SRL[@]}" --training.updates 6 --validation.every_updates 2 --validation.questions 4 --checkpoint.every_updates 1 --signal.kind similarity)
train() { ranks 2 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=/rank_ SLOW_RATE=2000000 "$BIN/srl_train" "${RUN[@]}" --run "$1" "${@:2}" 2>>"$1.log"; }
train "$WORK/whole" || fail "$(tail -5 "$WORK/whole.log")"
status_is "$WORK/whole" finished
train "$WORK/stopped" --training.updates $ENDLESS & pid=$!
wait_updates "$WORK/stopped" 2 $pid
pkill -TERM -f "^$BIN/srl_train.*$WORK/stopped"
wait $pid || fail "TERM gave exit code $?: $(tail -5 "$WORK/stopped.log")"
status_is "$WORK/stopped" saved
train "$WORK/stopped" --training.updates $(($(updates_of "$WORK/stopped") + 2)) || fail "$(tail -5 "$WORK/stopped.log")"
status_is "$WORK/stopped" finished
for run in whole stopped; do
  (($(reports "$WORK/$run.log") == 0)) || { cp "$WORK/$run.log" "${TMPDIR:-/tmp}/threads_$run.log"; fail "$(reports "$WORK/$run.log") reports of the thread sanitizer: ${TMPDIR:-/tmp}/threads_$run.log"; }
done
echo "no report of the thread sanitizer in $(updates_of "$WORK/whole") and $(updates_of "$WORK/stopped") updates on 2 ranks; the planted race is reported"
