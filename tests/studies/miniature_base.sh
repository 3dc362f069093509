#!/usr/bin/env bash
# The miniature's base has the tokenizer and the architecture that `srl_model init --architecture mini` makes
# from the miniature's word list. A word list that cannot be used is refused, and the error names it.
#   miniature_base.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1" && pwd)/bin STUDY=$(cd "$(dirname "$0")/../../studies/miniature" && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_miniature.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

"$BIN/srl_model" init --architecture mini --words "$STUDY/words.json" --seed 1 --output "$WORK/init" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
for file in tokenizer.json tokenizer_config.json; do
  cmp "$WORK/init/$file" "$STUDY/base/$file" || fail "studies/miniature/base has another $file than srl_model init makes"
done
diff <(grep -v torch_dtype "$WORK/init/config.json") <(grep -v torch_dtype "$STUDY/base/config.json") || fail "studies/miniature/base has another architecture than srl_model init makes"

refused() {  # refused EXIT_CODE TEXT OPTIONS…: checks exit code and message, and that there is no output folder
  local code=0 wanted=$1 text=$2
  shift 2
  "$BIN/srl_model" init --output "$WORK/refused" "$@" 2>"$WORK/log" || code=$?
  [[ $code == "$wanted" ]] && grep -qF -e "$text" "$WORK/log" || fail "$*: exit code $code, $(cat "$WORK/log")"
  [[ ! -e $WORK/refused ]] || fail "$*: the refused command left a folder"
}
echo '{"words": []}' >"$WORK/object.json"
echo '["good", 7]' >"$WORK/number.json"
echo '["good", "good"]' >"$WORK/twice.json"
refused 1 "object.json: expected a JSON list" --architecture mini --words "$WORK/object.json"
refused 1 "number.json: entry 2" --architecture mini --words "$WORK/number.json"
refused 1 "the word 'good' is already a token" --architecture mini --words "$WORK/twice.json"
refused 2 "--words needs --architecture mini" --model "$STUDY/base" --words "$STUDY/words.json"
