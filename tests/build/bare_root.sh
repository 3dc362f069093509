# Sourced by scripts of this folder that try SRL on another Debian. They define say and stop.

# make_root SUITE FOLDER: a minimal root folder of a release, with packages from the Debian mirror of this machine's apt. A
# root that is complete is kept.
make_root() {
  local suite=$1 root=$2 mirror
  [[ ! -e $root/.bootstrapped ]] || return 0
  mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Created-By: Packages' 'Origin: Debian' 'Component: main' | head -1)
  [[ -n $mirror ]] || stop "apt on this machine has no source of Debian packages; try apt-get update"
  if ! command -v debootstrap >/dev/null; then
    say "installing debootstrap"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
  fi
  say "making a minimal root of $suite in $root"
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 ||
    stop "debootstrap failed; the end of $root.log: $(tail -2 "$root.log")"
  touch "$root/.bootstrapped"
}
