#!/usr/bin/env bash
# Starts of srl_eval into a folder that already has records: what is asked again, what is not, and what is
# refused.
#   starts.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
BENCHMARK=$SOURCE/data_prep/example/benchmark.jsonl
EVAL=(--input "$BENCHMARK" --limit 3 --threads 1 --instance.chat_template chatml --sampling.max_new_tokens 8)
evaluate() {  # evaluate EXIT_CODE FOLDER ARGUMENTS…
  local code=0 wanted=$1 folder=$2
  shift 2
  "$BIN/srl_eval" "${EVAL[@]}" --model "$WORK/model" --output "$folder" "$@" >"$folder.out" 2>"$folder.log" </dev/null || code=$?
  ((code == wanted)) || fail "$folder $*: exit code $code instead of $wanted: $(tail -5 "$folder.log")"
}
says() { grep -qF -e "$2" "$1.log" || fail "$1 does not say '$2': $(tail -5 "$1.log")"; }

# A refused start changes nothing: the STATUS of the task that it names stays.
evaluate 0 "$WORK/tasks" --task 0 --tasks 2
cp "$WORK/tasks/STATUS_00000" "$WORK/status"
evaluate 2 "$WORK/tasks" --task 0 --tasks 4
says "$WORK/tasks" "is the output of 2 array tasks, not of 4: give --tasks 2"
cmp "$WORK/status" "$WORK/tasks/STATUS_00000" || fail "a refused start changed STATUS: $(cat "$WORK/tasks/STATUS_00000")"
[[ ! -e $WORK/tasks/STATUS_00001 ]] || fail "a refused start left a STATUS"
echo "another number of tasks is refused and changes nothing"
