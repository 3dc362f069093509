#!/usr/bin/env bash
# Data folders on 1, 2, 3 and 4 ranks, and made again, are equal byte for byte. Bad rows are counted, and the
# job fails if there are too many of them.
#   same_shards.sh BUILD_FOLDER
set -euo pipefail
BIN=$1/bin SOURCE=$(cd "$(dirname "$0")/../.." && pwd) WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_prep.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
head -n 50 "$SOURCE/data_prep/example/expert_solutions.jsonl" >"$WORK/in.jsonl"
printf '%s\n' '{"question": "q", "solution": "no steps here"}' '{"question": "torn' '{"question": 5, "solution": "x"}' >>"$WORK/in.jsonl"
prep() { timeout 1200 "${MPIEXEC:-mpirun}" -n "$1" "$BIN/srl_prep" --input "$WORK/in.jsonl" --output "$WORK/$2" --holdout.questions 5 --shards.solutions 20 "${@:3}" </dev/null 2>"$WORK/log"; }
prep 1 one --max_reject_fraction 0.1 || fail "$(cat "$WORK/log")"
for n in 1 2 3 4; do
  prep "$n" "n$n" --max_reject_fraction 0.1 || fail "$(cat "$WORK/log")"
  diff -r "$WORK/one" "$WORK/n$n" || fail "$n ranks wrote other files than 1 rank"
done
[[ $(ls "$WORK/one/shards" | wc -l) -eq 3 ]] || fail "the data folder does not have 3 shards"
[[ $(grep -c '"kind":"rejected"' "$WORK/one/rejects.jsonl") -eq 2 && $(grep -c '"kind":"dropped"' "$WORK/one/rejects.jsonl") -eq 1 ]] || fail "rejects: $(cat "$WORK/one/rejects.jsonl")"
prep 2 strict && fail "srl_prep accepted 2 bad rows of 53 with a limit of 1%"
grep -q 'rows are not readable records' "$WORK/log" || fail "$(cat "$WORK/log")"
[[ ! -f $WORK/strict/manifest.json ]] || fail "a failed preparation left a manifest"
echo "same files on 1 to 4 ranks"
