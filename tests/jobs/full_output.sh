#!/usr/bin/env bash
# Output that cannot be written (a full disk, a closed pipe) ends each job with exit code 1 and a message.
#   full_output.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1" && pwd)/bin SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_full.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
[[ -c /dev/full ]] || { echo "there is no /dev/full"; exit 77; }

# Runs a command whose stdout is a pipe that is not read.
closed_pipe() {
  python3 -c '
import os, subprocess, sys
reading, writing = os.pipe()
os.close(reading)
sys.exit(subprocess.call(sys.argv[1:], stdout=writing))' "$@"
}
full_disk() { "$@" >/dev/full; }

ends_with_1() {  # ends_with_1 COMMAND…: on a full disk and on a closed pipe
  local code place
  for place in full_disk closed_pipe; do
    code=0
    "$place" "$@" 2>"$WORK/log" </dev/null || code=$?
    ((code == 1)) || fail "$place: $*: exit code $code: $(tail -3 "$WORK/log")"
    grep -qE "(could not be|cannot) writ" "$WORK/log" || fail "$place: $*: no message: $(tail -3 "$WORK/log")"
  done
}

for job in "$BIN"/srl_*; do
  ends_with_1 "$job" --help
  ends_with_1 "$job" --version
done
echo "help and version of every job"

mkdir "$WORK/results"
echo '{"model":"m","benchmark":"b","benchmark_checksum":"c","view":"whole","question":0,"sample":0,"settings":{"greedy":true},
  "text":"","answer":"","reference":"1","correct":true,"how":"","tokens":3,"finish_reason":"stop","seconds":0}' |
  tr -d '\n' >"$WORK/results/records_00000.jsonl"
echo >>"$WORK/results/records_00000.jsonl"
ends_with_1 "$BIN/srl_report" "$WORK/results"

example=$SOURCE/data_prep/example/expert_solutions.jsonl
"$BIN/srl_prep" --input "$example" --output "$WORK/data" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
ends_with_1 "$BIN/srl_prep" inspect "$WORK/data"
ends_with_1 "$BIN/srl_prep" guess "$example"
ends_with_1 "$BIN/srl_prep" export --data "$WORK/data"
ends_with_1 "$BIN/srl_check" --quick

echo '{"a": "x", "b": "y"}' >"$WORK/pairs"
ends_with_1 "$BIN/srl_score" similarity --input "$WORK/pairs"
code=0
"$BIN/srl_score" similarity --input "$WORK/pairs" --output /dev/full 2>"$WORK/log" || code=$?
((code == 1)) || fail "srl_score --output /dev/full: exit code $code"
grep -q 'cannot write /dev/full: No space left on device' "$WORK/log" || fail "srl_score --output /dev/full: $(tail -3 "$WORK/log")"
echo "results of the jobs"

[[ -x $BIN/srl_eval ]] || exit 0
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --output "$WORK/model" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
ends_with_1 "$BIN/srl_model" info "$WORK/model"
echo '{"prompt": "one"}' >"$WORK/prompts"
generate=("$BIN/srl_generate" --model "$WORK/model" --input "$WORK/prompts" --sampling.max_new_tokens 2 --threads 1)
ends_with_1 "${generate[@]}"
ends_with_1 "${generate[@]}" --output /dev/full
echo "results of the jobs with a model"
