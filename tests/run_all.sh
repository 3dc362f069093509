#!/usr/bin/env bash
# Sets the machine up, builds and runs every test: first the rooms without LibTorch under the address sanitizer, then all of them.
# Ends with ctest's closing lines; exit code 0 only when every test passed.
set -euo pipefail
cd "$(dirname "$0")/.."
env/setup.sh --peers --slurm
jobs=$(nproc)
failed=0
cmake --preset asan && cmake --build --preset asan -j "$jobs"
ctest --preset asan -j "$jobs" -L 'unit|mpi' || failed=1
cmake --preset cpu-release -DSRL_BUILD_TESTS=ON && cmake --build --preset cpu-release -j "$jobs"
env/fetch_smollm2.sh
ctest --preset cpu-release -j "$jobs" || failed=1
exit $failed
