#!/usr/bin/env bash
# gpu_kernels.sh SOURCE_DIR BUILD_DIR: compiles the rooms with GPU code for sm_80 and sm_90 and prints the
# registers, stack and spills of every kernel. Fails when a file does not compile, when nvcc warns, and when a
# kernel spills registers. Skipped where there is no nvcc. (nproc would obey OMP_NUM_THREADS, which tests set to 1.)
set -euo pipefail
if ! nvcc=$(command -v nvcc || ls /usr/local/cuda/bin/nvcc 2>/dev/null); then
  echo "skipped: there is no nvcc on this machine" >&2
  exit 77
fi
folder=$2/gpu_kernels
cmake -S "$1" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSRL_DEVICE=cuda -DSRL_WITH_TORCH=OFF -DSRL_BUILD_TESTS=OFF \
  -DCMAKE_CUDA_COMPILER="$nvcc" "-DCMAKE_CUDA_ARCHITECTURES=80-real;90" -DCMAKE_CUDA_FLAGS="-Xptxas=-v" >"$2/gpu_kernels.log" 2>&1 || {
  cat "$2/gpu_kernels.log" >&2
  exit 1
}
targets=()
for room in device compute comm reward objective; do targets+=("srl_$room"); done
targets+=(srl_device_cuda_files srl_comm_cuda_files srl_compute_cuda_files srl_compute_cuda_kernels srl_reward_cuda_kernels srl_objective_cuda_kernels)
find "$folder" -name '*.cu.o' -delete # so that the compiler prints the table again
cmake --build "$folder" -j "$(getconf _NPROCESSORS_ONLN)" --target "${targets[@]}" >"$2/gpu_kernels.log" 2>&1 || {
  grep -E "error|FAILED" "$2/gpu_kernels.log" >&2
  exit 1
}
if grep -E "warning" "$2/gpu_kernels.log" >&2; then exit 1; fi
filter=$(command -v c++filt || echo cat)
awk '
  /Compiling entry function/ { split($0, part, "\x27"); kernel = part[2]; arch = part[4] }
  /bytes stack frame/ { stack[kernel, arch] = $1; spills[kernel, arch] = $5 + $9 }
  /Used [0-9]+ registers/ { match($0, /Used [0-9]+/); print arch, substr($0, RSTART + 5, RLENGTH - 5), stack[kernel, arch], spills[kernel, arch], kernel }
' "$2/gpu_kernels.log" | sort -k5,5 -k1,1 | "$filter" | sed -E -e 's/\(anonymous namespace\)::|void |srl::(compute|reward|objective|device):://g' -e 's/\(.*\)$//' >"$2/gpu_kernels.table"
{
  echo "arch registers stack_bytes spilled_bytes kernel"
  cat "$2/gpu_kernels.table"
} | awk '{ name = $5; for (i = 6; i <= NF; ++i) { name = name " " $i } printf "%-6s %9s %11s %13s  %s\n", $1, $2, $3, $4, name }'
for arch in sm_80 sm_90; do
  (($(grep -c "^$arch" "$2/gpu_kernels.table") > 10)) || { echo "the table has too few kernels for $arch" >&2; exit 1; }
done
awk '$4 > 0 { print "spills registers: " $0 > "/dev/stderr"; bad = 1 } END { exit bad }' "$2/gpu_kernels.table"
