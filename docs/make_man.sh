#!/usr/bin/env bash
# Makes a manual page per job and subcommand from --help all (srl_train.1, srl_prep-inspect.1, …). It needs help2man
# (env/setup.sh --pages).
#   docs/make_man.sh [BIN_FOLDER] [OUTPUT]   (default build/cpu-release/bin, build/man)
#   MANPATH=build/man: man srl_train
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(realpath "${1:-build/cpu-release/bin}") out=${2:-build/man}/man1
command -v help2man >/dev/null || { echo "make_man: help2man is missing: env/setup.sh --pages" >&2; exit 77; }
pages=$(mktemp -d "${TMPDIR:-/tmp}/srl_man.XXXXXX")
trap 'rm -rf "$pages"' EXIT
rm -rf "$out"
mkdir -p "$out"
page() {  # page JOB [SUBCOMMAND]: help2man runs a program that prints the help with headings of its own form
  local name=$1${2:+-$2} version about
  version=$("$bin/$1" --version | awk '{ print $2 }')
  "$bin/$1" ${2:+"$2"} --help all | sed -E '1,/^$/s/^(srl_[a-z]+)( [a-z]+)?: //; s/^\[(.*)\]$/Section \1:/' >"$pages/$name.txt"
  about=$(sed -n '1,/^$/p' "$pages/$name.txt" | tr '\n' ' ' | sed -E 's/[;:.]( .*)?$//; s/ +$//')
  # shellcheck disable=SC2016
  printf '#!/bin/sh\ncat "${0%%/*}/%s.txt"\n' "$name" >"$pages/$name"
  chmod +x "$pages/$name"
  help2man --no-info --section 1 --manual 'SRL' --name "$about" --version-string "$name $version" --source "SRL $version" --output "$out/$name.1" "$pages/$name"
}
for job in srl_check srl_prep srl_train srl_eval srl_report srl_generate srl_model srl_score; do
  [[ -x $bin/$job ]] || continue   # a build without LibTorch
  page "$job"
  for command in $("$bin/$job" --help all | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do page "$job" "$command"; done
done
compgen -G "$out/*.1" >/dev/null || { echo "make_man: $bin has no jobs: build first, or name the folder" >&2; exit 1; }
echo "the manual pages are in $out: MANPATH=$(dirname "$out") man srl_train"
