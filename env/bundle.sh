#!/usr/bin/env bash
# env/bundle.sh [--build FOLDER] OUTPUT
# Makes a bundle: one folder with the jobs, the GPU checks and all libraries that they load, for a machine with LibTorch
# 2.11 but without this machine's packages. LibTorch and CUDA's libraries are not in it: they come from the wheels there.
#   --build FOLDER  a build with Open MPI 4; with -DSRL_BUILD_BENCH=ON the bundle also has the GPU checks
#                   (default: build/cuda-release)
# The programs that the bundle needs are built first, if they are not up to date. An OUTPUT that is a bundle is replaced.
# On the other machine: ln -s TORCH OUTPUT/torch, where TORCH is the folder of the package torch. Then OUTPUT/bin/srl_train
# and OUTPUT/bin/mpirun work without changes, in any folder (docs/cluster.md, "Bundles").
# Needs patchelf and icu-devtools (env/setup.sh --bundle).
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/.." && pwd)
stop() { echo "bundle: $*" >&2; exit 2; }
build=$source_folder/build/cuda-release output=''
while (($#)); do
  case $1 in
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --build) (($# > 1)) || stop "--build needs a folder"; build=$2; shift 2 ;;
    -*) stop "unknown option $1 (known: --build)" ;;
    *) [[ -z $output ]] || stop "one OUTPUT, not '$output' and '$1'"; output=$1; shift ;;
  esac
done
[[ -n $output ]] || stop "give the folder of the bundle: env/bundle.sh [--build FOLDER] OUTPUT"
[[ -f $build/CMakeCache.txt ]] || stop "$build is not a build folder: cmake --preset cuda-release -DSRL_BUILD_BENCH=ON"
build=$(cd "$build" && pwd) output=$(realpath -m "$output")
[[ ! -e $output || -f $output/bundle.txt ]] || stop "$output exists and is not a bundle"
for program in patchelf icupkg genccode; do
  command -v "$program" >/dev/null || stop "$program is missing: env/setup.sh --bundle"
done
cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }
device=$(cached SRL_DEVICE) torch=$(cached SRL_TORCH_ROOT)

# The Open MPI of the build: its programs are beside mpirun.
mpirun=$(cached MPIEXEC_EXECUTABLE) openmpi=$(dirname "$(cached MPIEXEC_EXECUTABLE)")
version=$("$openmpi/ompi_info" --version 2>/dev/null | sed -n '1s/^Open MPI v//p') || true
[[ $version == 4.* ]] || stop "a bundle needs a build with Open MPI 4; the build has $mpirun (Open MPI ${version:-unknown})"
mpi_path() { "$openmpi/ompi_info" --path "$1" | sed 's/^[^:]*: *//'; }

cmake --build "$build" --target bundle_programs >&2
new=$output.new
rm -rf "$new"
mkdir -p "$new"/{bin,lib/openmpi,lib/pmix,etc/openmpi,share}
say() { printf 'bundle: %s\n' "$*"; }
# First the installation without manual pages, then what replaces its programs.
for component in Unspecified bundle; do
  cmake --install "$build" --prefix "$new" --strip --component $component >"$output.log" 2>&1 || stop "cmake --install failed: $(tail -n 3 "$output.log")"
done
rm "$output.log"

shopt -s nullglob
for program in "$new"/*/bundle_*; do mv "$program" "${program%/*}/${program##*/bundle_}"; done

# Each test program of the build is a script here, which runs its suites in the one program that has them all.
for program in device_gpu compute_gpu reward_gpu model_gpu_pack rollout_gpu_generator comm_device_collectives; do
  [[ -x $new/tests/gpu_tests ]] || continue
  suites=$("$build/tests/${program}_test" --gtest_list_tests | sed -nE 's/^(\S+\.)(\s.*)?$/\1*/p' | tr '\n' ':')
  [[ -n $suites ]] || stop "$build/tests/${program}_test lists no tests"
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec "${0%%/*}/gpu_tests" --gtest_filter="%s" "$@"\n' "$suites" >"$new/tests/${program}_test"
  chmod +x "$new/tests/${program}_test"
done
programs=("$new"/bin/* "$new"/{tests,bench}/gpu_* "$new"/lib/libsrl*.so)
needed() { patchelf --print-needed "$1"; }
# The linker may have noted HDF5's own needs in the programs too.
for file in "${programs[@]}"; do
  for name in $(needed "$file" | grep -E '^lib(curl|crypto)\.' || true); do patchelf --remove-needed "$name" "$file"; done
done

# Open MPI: programs, texts, settings, and the plugins for shared memory and TCP. Those of fabrics need drivers that fit
# the other machine, and NCCL finds InfiniBand by itself.
for program in mpirun orted; do cp -L "$openmpi/$program" "$new/bin/"; programs+=("$new/bin/$program"); done
cp -r "$(mpi_path pkgdatadir)" "$new/share/openmpi"
rm -f "$new"/share/openmpi/*wrapper-data.txt "$new"/share/openmpi/*.supp
settings=openmpi/openmpi-mca-params.conf
{ cat "$(mpi_path sysconfdir)/${settings#*/}" 2>/dev/null || true; printf '\n# Without ssh, mpirun still starts ranks on its own machine.\nplm_rsh_agent = ssh : rsh : false\n'; } >"$new/etc/$settings"
for plugin in "$(mpi_path pkglibdir)"/mca_*.so; do
  needed "$plugin" | grep -qE '^lib(ucp|fabric|psm|psm2|psm_infinipath|ibverbs|nl-3|oshmem|mca_common_monitoring)\.so' || cp -L "$plugin" "$new/lib/openmpi/"
done

# Libraries: all that the programs and plugins load, except those of every Linux machine and of LibTorch's wheels.
system='ld-linux.*|lib(c|m|mvec|dl|pthread|rt|util|resolv|anl|stdc\+\+|gcc_s)'
wheels='lib(torch|c10|caffe2|gomp|cuda|cudart|cupti|cublas|cublasLt|cudnn|cufft|cufile|curand|cusolver|cusparse|cusparseLt|nccl|nvrtc|nvJitLink|nvshmem|nvToolsExt)(_[a-z]+)*'
declare -A where=()
# locate FILE: notes where the libraries of a file are on this machine
locate() {
  local name path
  while read -r name path; do where[$name]=${where[$name]:-$path}; done < <(ldd "$1" 2>/dev/null | sed -nE 's/^\s*(\S+) => (\/\S+) .*/\1 \2/p')
}
fetch() {  # fetch FILE: copies its libraries, and theirs, to lib
  local name
  for name in $(needed "$1"); do
    [[ ! -e $new/lib/$name && ! $name =~ ^($system|$wheels)\.so && ! "$1 $name" =~ libhdf5.*\ lib(curl|crypto)\. ]] || continue
    [[ -n ${where[$name]:-} ]] || stop "$(basename "$1") needs $name, which is not on this machine"
    cp -L "${where[$name]}" "$new/lib/$name"
    locate "${where[$name]}"
    fetch "${where[$name]}"
  done
}
for file in "${programs[@]}" "$(mpi_path pkglibdir)"/mca_*.so; do locate "$file"; done
for file in "${programs[@]}" "$new"/lib/openmpi/*.so; do fetch "$file"; done
pmix=$(dirname "$(readlink -f "${where[libpmix.so.2]:-/}")")
for plugin in "$pmix"/pmix/*.so; do
  locate "$plugin"
  fetch "$plugin"
  cp -L "$plugin" "$new/lib/pmix/"
done
[[ ! -d $pmix/../share/pmix ]] || cp -rL "$pmix/../share/pmix" "$new/share/pmix"

# HDF5 can read from S3 and needs libcurl and libcrypto for it, 17 MB with their libraries. SRL does not use that. A library
# whose functions only abort replaces both, under a name that no other library asks for.
for hdf5 in "$new"/lib/libhdf5*.so.*; do
  absent=libsrl_no_s3.so
  mapfile -t names < <(needed "$hdf5" | grep -E '^lib(curl|crypto)\.')
  ((${#names[@]})) || continue
  versions=$(readelf --wide --dyn-syms "$hdf5" | sed -nE 's/.* UND (\w+)@((CURL|OPENSSL)\S*).*/\2 \1/p' | sort |
    awk '{ if ($1 != last) { printf "%s%s { global:", (NR > 1 ? " };\n" : ""), $1; last = $1 } printf " %s;", $2 } END { print " };" }')
  grep -oE '\w+;' <<<"$versions" | sed 's/^/void /; s/;$/(void) { __builtin_trap(); }/' |
    "${CC:-gcc}" -shared -fPIC -w -fno-builtin -x c -Wl,-soname,$absent -Wl,--version-script=<(echo "$versions") -o "$new/lib/$absent" -
  for name in "${names[@]}"; do patchelf --replace-needed "$name" $absent "$hdf5"; done
done

# ICU's data is 30 MB, of which SRL reads the rules of NFKC. Those of NFC and all properties are in libicuuc.
reduce_icu() {
  local name=$1 work major
  work=$(mktemp -d "${TMPDIR:-/tmp}/srl_icu.XXXXXX") major=${1##*.}
  objcopy -O binary --only-section=.rodata "${where[$name]}" "$work/icudt${major}l.dat"
  mkdir "$work/reduced"
  icupkg -d "$work" -x nfkc.nrm "$work/icudt${major}l.dat"
  icupkg -s "$work" -a nfkc.nrm new "$work/reduced/icudt${major}l.dat"
  genccode -q -a gcc -e "icudt$major" -f icudata -d "$work" "$work/reduced/icudt${major}l.dat" >/dev/null
  "${CC:-gcc}" -shared -nostdlib -Wl,-soname,"$name" -o "$new/lib/$name" "$work/icudata.S"
  rm -r "$work"
}
for file in "$new"/lib/libicudata.so.*; do reduce_icu "$(basename "$file")"; done

# Run paths relative to each file. They are of the kind that comes before LD_LIBRARY_PATH, so that no library of a loaded
# module replaces one of the bundle.
torch_folders='' torch_wheels=(cu13 nccl cudnn cusparselt nvshmem)
for name in "${torch_wheels[@]}"; do torch_folders+=":\$ORIGIN/../torch/../nvidia/$name/lib"; done
patchelf --force-rpath --set-rpath "\$ORIGIN" "$new"/lib/*.so*
patchelf --force-rpath --set-rpath "\$ORIGIN/../lib:\$ORIGIN/../torch/lib$torch_folders" "${programs[@]}"
patchelf --force-rpath --set-rpath "\$ORIGIN/.." "$new"/lib/{openmpi,pmix}/*.so
patchelf --add-needed libsrl_bundle_paths.so "$new"/lib/libopen-pal.so.*
chmod -R u+w,a+rX "$new"

# What the bundle is, and what it needs.
newest() { objdump -T "${programs[@]}" "$new"/lib/*.so* "$new"/lib/*/*.so 2>/dev/null | grep -oE "\b$1_[0-9.]+" | sort -Vu | tail -n 1; }
cat >"$new/bundle.txt" <<TEXT
version=$("$build/bin/srl_check" --version | awk '{ print $2; exit }')
device=$device
torch=$(sed -n "s/^__version__ = '\([0-9.]*\).*/\1/p" "$torch/version.py" 2>/dev/null || true)
needs=$(newest GLIBC) $(newest GLIBCXX)
TEXT
rm -rf "$output"
mv "$new" "$output"
say "$output: $(du -sm --apparent-size "$output" | cut -f 1) MB, needs $(sed -n 's/^needs=//p' "$output/bundle.txt") and LibTorch $(sed -n 's/^torch=//p' "$output/bundle.txt")"
