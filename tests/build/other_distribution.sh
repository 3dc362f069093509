#!/usr/bin/env bash
# tests/build/other_distribution.sh [--suite NAME] [--root FOLDER] [--command COMMAND]
# Tests the build on another Debian: makes a minimal root folder with debootstrap, clones the last commit into
# it, and runs README's first command there. The last line names the versions and the outcome.
#   --suite NAME       release of Debian, as debootstrap names it (default: trixie, which is Debian 13)
#   --root FOLDER      folder of the root, which stays (default: build/other_distribution/NAME, 4 GB)
#   --command COMMAND  command to run in the source folder instead of README's, for example after a failure
# Needs Linux, root, and the package sources of this machine's apt. Later calls reuse the root and its
# packages and compiler cache, until the folder is removed. Takes about 10 minutes on two cores.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
suite=trixie root='' command=''
while (($#)); do
  case $1 in
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --suite | --root | --command)
      (($# > 1)) || { echo "other_distribution: $1 needs a value" >&2; exit 2; }
      case $1 in --suite) suite=$2 ;; --root) root=$2 ;; --command) command=$2 ;; esac
      shift 2 ;;
    *) echo "other_distribution: unknown option $1 (known: --suite --root --command)" >&2; exit 2 ;;
  esac
done
root=$(realpath -m "${root:-$source/build/other_distribution/$suite}")
say() { printf 'other_distribution: %s\n' "$*"; }
stop() { say "$*" >&2; exit 2; }

# The mounts below exist only in this process and end with it, so that removing the root later removes nothing
# else.
if [[ ${SRL_OWN_MOUNTS:-} != 1 ]]; then
  [[ $(id -u) -eq 0 ]] || stop "run this as root: it mounts /proc and changes the root folder"
  SRL_OWN_MOUNTS=1 exec unshare --mount --propagation private "$0" --suite "$suite" --root "$root" ${command:+--command "$command"}
fi

# README's first command is the code block that calls env/setup.sh.
if [[ -z $command ]]; then
  command=$(awk '/^```/ { inside = !inside; next } inside && /^env\/setup\.sh/ { print; exit }' "$source/README.md")
  [[ -n $command ]] || stop "README.md has no command that starts with env/setup.sh"
fi

# shellcheck source=tests/build/bare_root.sh
source "$source/tests/build/bare_root.sh"
make_root "$suite" "$root"

# The root uses this machine's way to package registries: name servers, settings of apt and pip, certificates.
for file in /etc/resolv.conf /etc/pip.conf; do
  [[ ! -e $file ]] || cp -L "$file" "$root$file"
done
apt-config dump | grep -iE '^Acquire::(https?|ftp)::(proxy|.*::proxy|CaInfo)' >"$root/etc/apt/apt.conf.d/90other-distribution" || true
keep=()
while read -r name; do keep+=("$name=${!name}"); done < <(compgen -e | grep -iE '^(pip_(index_url|extra_index_url|trusted_host|default_timeout|proxy)|(https?|no)_proxy)$' || true)
if [[ -e /etc/ssl/certs/ca-certificates.crt ]]; then
  mkdir -p "$root/etc/ssl"
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/other-distribution.crt"
  keep+=(PIP_CERT=/etc/ssl/other-distribution.crt)
fi

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
inside() { chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 "${keep[@]}" "$@"; }

# A new clone, with the .deps and build of the last call, which git ignores.
say "cloning $(git -C "$source" describe --always --tags) into the root"
rm -rf "$root/srl.new"
git clone -q --no-local "$source" "$root/srl.new"
for folder in .deps build; do
  [[ ! -e $root/srl/$folder ]] || mv "$root/srl/$folder" "$root/srl.new/$folder"
done
rm -rf "$root/srl"
mv "$root/srl.new" "$root/srl"

say "running in it: $command"
start=$SECONDS outcome=passed
inside bash -c "cd /srl && $command" </dev/null || outcome="FAILED with exit code $?"

version() { inside dpkg-query -W -f "\${Version}" "$1" 2>/dev/null || echo absent; }
say "Debian $(cat "$root/etc/debian_version") ($suite) with g++ $(version g++), Open MPI $(version libopenmpi-dev), HDF5 $(version libhdf5-dev)," \
  "fmt $(version libfmt-dev), Boost $(version libboost-program-options-dev): $outcome after $((SECONDS - start)) s"
[[ $outcome == passed ]]
