#!/usr/bin/env bash
# tests/run_all.sh [--strict]: sets up the machine, and builds and runs every test: first those of the rooms
# without LibTorch, with emulated GPUs and the address sanitizer, then those of models on emulated GPUs, then
# all tests without GPUs. The last lines are those of ctest. The exit code is 0 only when every test passed.
#   --strict  also checks format, names and scripts (tests/lint.sh) and pages in Chromium, and treats compiler
#             warnings as errors; for machines with g++ 12 of Debian 12
set -euo pipefail
cd "$(dirname "$0")/.."
tools=() werror=OFF
case ${1:-} in
  '') ;;
  --strict) tools=(--lint --pages) werror=ON ;;
  *) echo "tests/run_all.sh: unknown option $1 (known: --strict)" >&2; exit 2 ;;
esac
env/setup.sh --peers --slurm "${tools[@]}"
jobs=$(nproc)
failed=0
((${#tools[@]} == 0)) || tests/lint.sh || failed=1
cmake --preset emulated-asan -DSRL_WERROR=$werror && cmake --build --preset emulated-asan -j "$jobs"
ctest --preset emulated-asan -j "$jobs" -L 'unit|mpi' || failed=1
# The compiler's cache serves what this tree and the next one have in common.
cmake --preset emulated -DSRL_TEST_FOLDERS="compute;model;rollout;evaluation;training;jobs" -DSRL_WERROR=$werror && cmake --build --preset emulated -j "$jobs"
ctest --preset emulated -j "$jobs" -L gpu || failed=1
cmake --preset cpu-release -DSRL_BUILD_TESTS=ON -DSRL_WERROR=$werror && cmake --build --preset cpu-release -j "$jobs"
env/fetch_smollm2.sh
ctest --preset cpu-release -j "$jobs" || failed=1
exit $failed
