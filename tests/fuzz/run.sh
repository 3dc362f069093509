#!/bin/sh
# run.sh TARGET [SECONDS=600]: builds a fuzz target with clang and sanitizers in build/fuzz, and runs it on
# the corpus tests/fuzz/corpus/NAME, where NAME is TARGET without _fuzz. New inputs are written to
# build/fuzz/found/TARGET. Add the useful ones to the corpus.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$1
seconds=${2:-600}
build=${SRL_FUZZ_BUILD:-$root/build/fuzz}
compiler=$(command -v clang++-19 || command -v clang++) || { echo "tests/fuzz/run.sh: clang++ with libFuzzer is missing; run env/setup.sh --fuzz" >&2; exit 1; }
instrument="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-warning-option"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_FLAGS="$instrument" -DSRL_WITH_TORCH=OFF -DSRL_TEST_FOLDERS=fuzz > /dev/null
ninja -C "$build" "$target"
found=$build/found/$target
mkdir -p "$found"
corpus=$root/tests/fuzz/corpus/${target%_fuzz}
"$build/fuzz/$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -artifact_prefix="$found/" "$found" "$corpus"
