#!/bin/sh
# run.sh TARGET [SECONDS]: builds a fuzz target with clang and sanitizers in build/fuzz and runs it (600 s), starting from
# corpus/TARGET without its _fuzz. What it finds is left in build/fuzz/found/; findings worth keeping belong into the corpus.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$1
seconds=${2:-600}
build=${SRL_FUZZ_BUILD:-$root/build/fuzz}
compiler=$(command -v clang++-19 || command -v clang++) || { echo "needs clang++ with libFuzzer (Debian: clang-19)" >&2; exit 1; }
instrument="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -Wno-unknown-warning-option"
cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_FLAGS="$instrument" -DSRL_WITH_TORCH=OFF -DSRL_TEST_FOLDERS=fuzz > /dev/null
ninja -C "$build" "$target"
found=$build/found/$target
mkdir -p "$found"
corpus=$root/tests/fuzz/corpus/${target%_fuzz}
"$build/fuzz/$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -artifact_prefix="$found/" "$found" "$corpus"
