#!/usr/bin/env bash
# tests/run_all.sh [--strict]: sets up the machine, and builds and runs every test: first those of the rooms
# without LibTorch under the address sanitizer, then all tests. Both builds have emulated GPUs; what runs with
# --device cpu is the code of a build without GPUs. The last lines are those of ctest. The exit code is 0 only
# when every test passed.
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
env/setup.sh --peers --slurm --bundle "${tools[@]}"
jobs=$(nproc)
# Most tests wait for files or other ranks half of the time, so twice as many run at once as there are cores.
tests=$((2 * jobs))
failed=0
((${#tools[@]} == 0)) || tests/lint.sh || failed=1
cmake --preset emulated-asan -DSRL_WERROR=$werror && cmake --build --preset emulated-asan -j "$jobs"
# Chromium has no sanitizer, and many kills of a slow program only take time. Both are among all tests below.
ctest --preset emulated-asan -j "$tests" -L 'unit|mpi' -LE pages -E '^data_prep\.kill_resume$' || failed=1
cmake --preset emulated -DSRL_BUILD_TESTS=ON -DSRL_WERROR=$werror && cmake --build --preset emulated -j "$jobs"
env/fetch_smollm2.sh
ctest --preset emulated -j "$tests" || failed=1
exit $failed
