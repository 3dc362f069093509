#!/usr/bin/env bash
# bundle.sh BUILD_FOLDER [--root FOLDER] [--suite NAME]: a bundle made from the build (env/bundle.sh) is small, loads only
# its own libraries, LibTorch's and those of every Linux machine, and works in another place without an environment.
#   --root FOLDER  then also in a bare Debian, which stays in FOLDER: the same, and 3 minutes of tests/gpu/run.sh if the
#                  bundle has the GPU checks. Needs root and this machine's package sources.
#   --suite NAME   release of that Debian (default: trixie, which is Debian 13)
set -euo pipefail
source_folder=$(cd "$(dirname "$0")/../.." && pwd)
say() { printf 'bundle: %s\n' "$*"; }
stop() { say "$*" >&2; exit 2; }
fail() { echo "FAIL: $*" >&2; exit 1; }
build=$(cd "$1" && pwd); shift
root='' suite=trixie
while (($#)); do
  case $1 in
    --root) root=$(realpath -m "${2:?--root needs a folder}"); shift 2 ;;
    --suite) suite=${2:?--suite needs a name}; shift 2 ;;
    *) stop "unknown option $1 (known: --root --suite)" ;;
  esac
done
for program in patchelf icupkg; do
  command -v "$program" >/dev/null || { echo "skipped: $program is missing: env/setup.sh --bundle"; exit 77; }
done
cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt"; }
torch=$(cd "$(cached SRL_TORCH_ROOT)" && pwd -P)
[[ $(cached SRL_DEVICE) != cuda || -n $(compgen -G "$torch/../nvidia/*/lib/libcublasLt.so*") ]] ||
  { echo "skipped: CUDA's wheels are not beside LibTorch"; exit 77; }
# The mounts of --root end with this process.
if [[ -n $root && ${SRL_OWN_MOUNTS:-} != 1 ]]; then
  [[ $(id -u) -eq 0 ]] || stop "--root needs root: it makes a root folder and mounts into it"
  SRL_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" "$build" --root "$root" --suite "$suite"
fi
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_bundle_test.XXXXXX")
trap 'rm -rf "$WORK"' EXIT

"$source_folder/env/bundle.sh" --build "$build" "$WORK/made" >"$WORK/log" 2>&1 || fail "env/bundle.sh: $(tail -n 5 "$WORK/log")"
tail -n 1 "$WORK/log"
mkdir "$WORK/elsewhere"
bundle=$WORK/elsewhere/srl
mv "$WORK/made" "$bundle"
size=$(du -sm --apparent-size "$bundle" | cut -f 1)
((size <= 60)) || fail "the bundle has $size MB, more than 60"
! grep -rlI "$build\|$source_folder" "$bundle" --exclude-dir=docs || fail "these files name this machine's folders"
ln -s "$torch" "$bundle/torch"

# own FILE: every library named in FILE (lines of absolute paths) belongs to the bundle, to LibTorch, or to every machine.
base='^(/usr)?/lib(64)?/(x86_64-linux-gnu/)?(ld-linux.*|lib(c|m|mvec|dl|pthread|rt|util|resolv|stdc\+\+|gcc_s|nss_[a-z]+))\.so'
own() {
  local foreign
  foreign=$(xargs -r -n 1 readlink -f <"$1" | sort -u | grep -vE "^$bundle/|^$(dirname "$torch")/(torch|nvidia)/" | grep -vE "$base" || true)
  [[ -z $foreign ]] || fail "$2 loads $foreign"
}
shopt -s nullglob
for file in "$bundle"/bin/* "$bundle"/{tests,bench}/gpu_* "$bundle"/lib/*.so* "$bundle"/lib/*/*.so; do
  env -i LD_LIBRARY_PATH="$torch/lib" ldd "$file" >"$WORK/ldd" || fail "ldd $file"
  ! grep 'not found' "$WORK/ldd" || fail "$file misses a library"
  sed -nE 's/^(.*=> |\s*)(\/\S+).*/\2/p' "$WORK/ldd" >"$WORK/paths"
  own "$WORK/paths" "$file"
done

# How the bundle is used, without an environment: use BUNDLE FOLDER.
cat >"$WORK/use.sh" <<'SCRIPT'
set -euo pipefail
bundle=$1
cd "$2"
set -a; source "$bundle/share/srl/env/one_machine.env"; set +a
"$bundle/bin/srl_check" --quick >check
"$bundle/bin/srl_prep" --input "$bundle/share/srl/data_prep/example/expert_solutions.jsonl" --output data --holdout.questions 4 >prep
"$bundle/bin/srl_model" init --architecture mini --words "$bundle/share/srl/studies/miniature/words.json" --output model >model_init
echo '{"messages": [{"role": "user", "content": "1 + 1"}]}' |
  "$bundle/bin/srl_generate" --model model --instance.chat_template chatml --sampling.max_new_tokens 4 >answers
[[ -s answers ]]
"$bundle/bin/mpirun" -n 2 "$bundle/bin/srl_train" --data data --model model --run run --threads 1 --instance.chat_template chatml \
  --instance.max_prompt_tokens 300 --sampling.max_new_tokens 6 --training.prompts_per_update 2 --training.group_size 4 --signal.kind exact \
  --objective.filter_groups off --objective.on_truncated score --rollout.kv_cache_bytes 4M --training.updates 2 >train 2>&1 ||
  { tail -n 5 train; exit 1; }
grep -q '^state=finished' run/STATUS
SCRIPT
clean=(env -i PATH=/usr/bin:/bin HOME=/nonexistent LANG=C.UTF-8)
mkdir "$WORK/here"
start=$SECONDS
# Another Open MPI, as its module would name it, changes nothing.
"${clean[@]}" LD_DEBUG=files LD_DEBUG_OUTPUT="$WORK/loaded" OPAL_PREFIX=/another/openmpi \
  bash "$WORK/use.sh" "$bundle" "$WORK/here" || fail "the moved bundle does not work"
# Which libraries the programs loaded, also as plugins. The shell's own programs are not of the bundle.
for file in "$WORK"/loaded.*; do
  grep -q "calling init: $bundle/" "$file" || continue
  sed -n 's/.*calling init: //p' "$file" | grep '^/' >"$WORK/paths"
  own "$WORK/paths" "a program"
  cat "$WORK/paths" >>"$WORK/all"
done
grep -q '/lib/openmpi/mca_pml_ob1.so' "$WORK/all" || fail "Open MPI's plugins do not come from the bundle"
say "moved, without an environment: srl_check, srl_prep, srl_model, srl_generate, srl_train on 2 ranks in $((SECONDS - start)) s; $size MB"
[[ -n $root ]] || exit 0

# shellcheck source=tests/build/bare_root.sh
source "$source_folder/tests/build/bare_root.sh"
make_root "$suite" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
rm "$bundle/torch"
mkdir -p "$root"/tmp/{work,site/torch,site/nvidia,srl}
mount --bind "$bundle" "$root/tmp/srl"
for folder in torch nvidia; do mount --bind -o ro "$(dirname "$torch")/$folder" "$root/tmp/site/$folder"; done
cp "$WORK/use.sh" "$root/tmp/"
ln -s ../site/torch "$bundle/torch"
start=$SECONDS
chroot "$root" "${clean[@]}" bash /tmp/use.sh /tmp/srl /tmp/work || fail "the bundle does not work in $suite"
say "Debian $(cat "$root/etc/debian_version") ($suite) without further packages: the same in $((SECONDS - start)) s"
[[ -x $bundle/bench/gpu_bench ]] || exit 0
rm "$bundle/torch"
chroot "$root" "${clean[@]}" /tmp/srl/share/srl/tests/gpu/run.sh /tmp/srl /tmp/site/torch --minutes 3 --output /tmp/work/gpu_result
