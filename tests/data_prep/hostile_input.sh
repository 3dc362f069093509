#!/usr/bin/env bash
# srl_prep with hostile input: every bad row is rejected with file, line, offset and reason, the good rows
# beside it are kept, and nothing crashes.
#   hostile_input.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_hostile.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
good() { printf '{"id": "%s", "question": "What is %s plus one?", "solution": "1. **A** a\\n2. **B** b"}\n' "$1" "$1"; }
cd "$WORK"
mkdir in
{ good 1; printf '{"question": "q\xff\xfe", "solution": "1. **A** a\\n2. **B** b"}\n'; good 2; } >in/utf8.jsonl
{ good 3; printf '{"question": "q\0", "solution": "s"}\n'; good 4; } >in/nul.jsonl
{ good 5; head -c 100000000 /dev/zero | tr '\0' 'x'; printf '\n'; good 6; } >in/long.jsonl
{ good 7; head -c 300000 /dev/zero | tr '\0' '['; printf '\n'; good 8; } >in/deep.jsonl
{ good 9; printf '{"question": "q", "question": "p", "solution": "s"}\n'; good 10; } >in/twice.jsonl
{ good 11; printf '{"question": ["q"], "solution": "s"}\n{"question": "q", "solution": {"a": 1}}\n{"question": null}\n[]\n7\n"text"\n'; good 12; } >in/types.jsonl
: >in/empty.jsonl
printf ' \n\n' >in/blank.jsonl
printf '[]' >in/empty.json
{ for i in $(seq 100 3000); do good "$i"; done; } | gzip -c | head -c 5000 >in/torn.jsonl.gz
{ printf '['; good 13 | tr -d '\n'; printf ', {"question": "cut off'; } >in/torn.json
{ good 14; printf '{"question": "cut off'; } >in/torn.jsonl
printf '\xef\xbb\xbf{"question": 1e999, "solution": "s", "n": 123456789012345678901234567890}' >in/number.jsonl
head -c 5000 /dev/urandom >in/noise.bin.jsonl
status=0
timeout 1200 "$BIN/srl_prep" --input in --output out --max_reject_fraction 1 --holdout.questions 2 2>log || status=$?
((status == 0)) || fail "srl_prep ended with exit code $status: $(cat log)"
expect() {  # expect FILE REASON TIMES
  local n; n=$(grep -c "\"file\":\"$1\",.*\"kind\":\"rejected\",\"reason\":\"$2\"" out/rejects.jsonl || true)
  [[ $n -eq $3 ]] || fail "$1: $n rows rejected as $2, not $3: $(grep "\"$1\"" out/rejects.jsonl | head -5)"
}
expect utf8.jsonl bad_json 1
expect nul.jsonl bad_json 1
expect long.jsonl row_too_long 1
expect deep.jsonl bad_json 1
expect twice.jsonl bad_json 1
expect types.jsonl question_is_not_text 1
expect types.jsonl solution_is_not_text 1
expect types.jsonl missing_question 1
expect types.jsonl not_an_object 3
expect torn.jsonl.gz truncated_file 1
expect torn.json array_does_not_end 1
expect torn.jsonl bad_json 1
grep -q '"file":"utf8.jsonl","line":2,"offset":85,' out/rejects.jsonl || fail "wrong place: $(grep utf8.jsonl out/rejects.jsonl)"
grep -q '"file":"long.jsonl","line":2,"offset":85,' out/rejects.jsonl || fail "wrong place: $(grep long.jsonl out/rejects.jsonl)"
"$BIN/srl_prep" verify out 2>log >/dev/null || fail "verify: $(cat log)"
"$BIN/srl_prep" export out 2>/dev/null >rows.jsonl
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 100 101; do grep -q "\"id\":\"$i\"" rows.jsonl || fail "the good row $i is not kept"; done
echo "$(grep -c rejected out/rejects.jsonl) hostile rows rejected, $(wc -l <rows.jsonl) kept"
