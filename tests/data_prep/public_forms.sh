#!/usr/bin/env bash
# srl_prep --input FILE --output DIR alone prepares each file in the form of a public data set. The report says
# which rows are kept for outcome rewards.
#   public_forms.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) FORMS=$(cd "$(dirname "$0")/forms" && pwd) WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_forms.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
cd "$WORK"
files=0
for file in "$FORMS"/*.jsonl; do
  name=$(basename "$file" .jsonl)
  "$BIN/srl_prep" --input "$file" --output "$name" 2>log >/dev/null || fail "$name: $(cat log)"
  "$BIN/srl_prep" verify "$name" >/dev/null 2>log || fail "$name: $(cat log)"
  case $name in
    big_math | theoremqa | verl_dapo) grep -q 'kept for rewards by the final answer' "$name/report.md" || fail "$name: no notice" ;;
    *) grep -q 'kept for rewards by the final answer' "$name/report.md" && fail "$name: rows without steps" ;;
  esac
  files=$((files + 1))
done
[[ $files -eq 23 ]] || fail "$files files"
echo "$files forms prepared"
