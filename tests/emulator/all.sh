#!/usr/bin/env bash
# tests/emulator/all.sh FOLDER [JOBS]: all tests of the GPU's code that need no LibTorch, on the emulated GPU, with every shape under
# all 16 schedules. Three builds' worth of checks: plain; with every memory access checked for races and bounds; with address and
# undefined-behaviour sanitizers. FOLDER gets the two builds. The tests of every day (ctest) take the large shapes with fewer
# schedules, and without the first of the checks. JOBS (default: the number of cores) tests run at a time.
set -euo pipefail
(($# >= 1)) || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
jobs=${2:-$(nproc)}
cd "$(dirname "$0")/../.."
failed=0
for preset in emulated emulated-asan; do
  build=$folder/$preset
  begin=$SECONDS
  cmake --preset "$preset" -B "$build" -DSRL_WITH_TORCH=OFF -DSRL_EVERY_SHAPE=ON \
    -DSRL_TEST_FOLDERS="device;emulator;comm;compute;reward" >"$folder/$preset.log"
  cmake --build "$build" --parallel "$jobs" >>"$folder/$preset.log" || { tail -30 "$folder/$preset.log" >&2; exit 1; }
  echo "all: $preset: built in $((SECONDS - begin)) s"
  begin=$SECONDS
  ctest --test-dir "$build" --parallel "$jobs" --output-on-failure -L '^gpu$' || failed=1
  ctest --test-dir "$build" --parallel "$jobs" --output-on-failure -R '^emulator\.' || failed=1
  echo "all: $preset: tested in $((SECONDS - begin)) s"
done
echo "all: $([[ $failed == 0 ]] && echo passed || echo FAILED) after $SECONDS s"
exit "$failed"
