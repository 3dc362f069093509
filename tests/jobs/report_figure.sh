#!/usr/bin/env bash
# srl_report --figure prints one number of a study and nothing else on stdout. For an unknown row or column,
# the error lists the known ones.
#   report_figure.sh BUILD_FOLDER
set -euo pipefail
report=$(cd "$1" && pwd)/bin/srl_report
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_figure.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

mkdir -p "$WORK/study/results/base/1"
for question in 0 1 2 3; do
  ((question < 1)) && correct=true || correct=false
  echo "{\"model\":\"m\",\"benchmark\":\"b\",\"benchmark_checksum\":\"c\",\"view\":\"whole\",\"question\":$question,\"sample\":0,
    \"settings\":{\"greedy\":true},\"text\":\"\",\"answer\":\"\",\"reference\":\"1\",\"correct\":$correct,\"how\":\"\",\"tokens\":3,
    \"finish_reason\":\"stop\",\"seconds\":0}" | tr -d '\n'
  echo
done >"$WORK/study/results/base/1/records_00000.jsonl"

printed=$("$report" --study "$WORK/study" --figure base "whole greedy" 2>"$WORK/log") || fail "$(cat "$WORK/log")"
[[ $printed == 25.0 ]] || fail "printed '$printed' instead of 25.0"

refused() {  # refused EXIT_CODE TEXT OPTIONS…: checks exit code and message, and that stdout is empty
  local code=0 wanted=$1 text=$2
  shift 2
  "$report" "$@" >"$WORK/out" 2>"$WORK/log" || code=$?
  [[ $code == "$wanted" ]] && grep -qF -e "$text" "$WORK/log" || fail "$*: exit code $code, $(cat "$WORK/log")"
  [[ ! -s $WORK/out ]] || fail "$*: printed $(cat "$WORK/out")"
}
study=(--study "$WORK/study")
refused 2 "no row 'srl'; rows: base" "${study[@]}" --figure srl "whole greedy"
refused 2 "no column 'greedy'; columns: seeds, whole greedy, rollouts" "${study[@]}" --figure base greedy
refused 1 "row 'base' has no value in column 'tokens'" "${study[@]}" --figure base tokens
refused 2 "takes two values, ROW and COLUMN" "${study[@]}" --figure base
refused 2 "give it with --study DIR" --figure base "whole greedy" --input "$WORK/study"
refused 2 "give it with --study DIR" "${study[@]}" --figure base "whole greedy" --run "$WORK/study"
