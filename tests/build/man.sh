#!/usr/bin/env bash
# Manual pages: each job and subcommand has one, which groff shows without a warning and which has every option of its help.
#   man.sh SOURCE_FOLDER BIN_FOLDER
set -euo pipefail
source_folder=$(cd "$1" && pwd) bin=$(cd "$2" && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_man_test.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
code=0
"$source_folder/docs/make_man.sh" "$bin" "$WORK/man" >"$WORK/log" 2>&1 || code=$?
[[ $code -ne 77 ]] || { cat "$WORK/log"; exit 77; }
((code == 0)) || fail "$(cat "$WORK/log")"
command -v groff >/dev/null || { echo "skipped: groff is missing"; exit 77; }
check() {  # check PAGE JOB [SUBCOMMAND]
  local page=$WORK/man/man1/$1.1 text option
  [[ -s $page ]] || fail "$1 has no page"
  groff -man -Tutf8 -ww -P-c "$page" >"$WORK/page" 2>"$WORK/warnings" || fail "groff: $(cat "$WORK/warnings")"
  [[ ! -s $WORK/warnings ]] || fail "$1: $(head -n 3 "$WORK/warnings")"
  text=$(sed 's/\x1b\[[0-9;]*m//g; s/.\x08//g; s/‐/-/g' "$WORK/page" | tr -d '\n ')
  for heading in NAME SYNOPSIS DESCRIPTION OPTIONS; do [[ $text == *"$heading"* ]] || fail "$1 has no $heading"; done
  for option in $("$bin/$2" ${3:+"$3"} --help all | grep -oE '^  --[a-z0-9_.]+'); do
    [[ $text == *"$option"* ]] || fail "$1 does not have $option"
  done
}
pages=0
for job in "$bin"/srl_*; do
  name=$(basename "$job")
  check "$name" "$name"
  pages=$((pages + 1))
  for command in $("$job" --help all | sed -n '/^Subcommands/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    check "$name-$command" "$name" "$command"
    pages=$((pages + 1))
  done
done
echo "$pages manual pages"
