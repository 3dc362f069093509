#!/usr/bin/env bash
# Starts of srl_eval into a folder that already has records: what is asked again, what is not, and what is
# refused.
#   starts.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
BENCHMARK=$SOURCE/data_prep/example/benchmark.jsonl
cat >"$WORK/eval.ini" <<INI
model = "$WORK/model"
limit = 3
threads = 1
[instance]
chat_template = chatml
[sampling]
max_new_tokens = 8
INI
EVAL=(--config "$WORK/eval.ini")
evaluate() {  # evaluate EXIT_CODE FOLDER ARGUMENTS…
  local code=0 wanted=$1 folder=$2
  shift 2
  "$BIN/srl_eval" "${EVAL[@]}" --input "${INPUT:-$BENCHMARK}" --output "$folder" "$@" >"$folder.out" 2>"$folder.log" </dev/null || code=$?
  ((code == wanted)) || fail "$folder $*: exit code $code instead of $wanted: $(tail -5 "$folder.log")"
}
answered() {  # answered FOLDER NEW BEFORE
  grep -q ": $2 completions\? graded, [0-9]* correct, $3 recorded before" "$1.log" ||
    fail "$1: not $2 completions graded and $3 recorded before: $(grep completions "$1.log")"
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

# One task belongs to one job at a time; other tasks run beside it.
exec 9>"$WORK/tasks/LOCK_00001"
flock 9
echo "job 12, process 34 on node5 since noon" >&9
evaluate 1 "$WORK/tasks" --task 1 --tasks 2 --evaluation.lock_wait 0s
says "$WORK/tasks" "task 1 of $WORK/tasks is in use by job 12, process 34 on node5 since noon: wait until it ends"
[[ $(grep -c 'is in use by' "$WORK/tasks.log") == 1 ]] || fail "not one message: $(cat "$WORK/tasks.log")"
[[ ! -e $WORK/tasks/STATUS_00001 && ! -e $WORK/tasks/records_00001.jsonl ]] || fail "a refused start wrote files"
evaluate 0 "$WORK/tasks" --task 0 --tasks 2 --evaluation.lock_wait 0s
exec 9>&-
evaluate 0 "$WORK/tasks" --task 1 --tasks 2 --evaluation.lock_wait 0s   # a file left behind is not a lock
echo "the same task twice is locked out"

# Another model under the same path, and a copy of the model under another path.
evaluate 0 "$WORK/again"
answered "$WORK/again" 3 0
evaluate 0 "$WORK/again"
answered "$WORK/again" 0 3
cp -r "$WORK/model" "$WORK/copy"
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --seed 5 --output "$WORK/model" 2>"$WORK/init.log" ||
  fail "a model that was evaluated is not replaced: $(cat "$WORK/init.log")"
evaluate 0 "$WORK/again"
answered "$WORK/again" 3 0
evaluate 0 "$WORK/again" --model "$WORK/copy"
answered "$WORK/again" 0 3
"$BIN/srl_report" "$WORK/again" >"$WORK/table" 2>/dev/null
grep -q " whole  *3 " "$WORK/again.out" || fail "no table of what was evaluated: $(cat "$WORK/again.out")"
[[ $(grep -c ' whole  *3 ' "$WORK/table") == 2 ]] || fail "not one row per model: $(cat "$WORK/table")"
echo "a model is known by its content"

# Options that shape a text or a verdict.
echo "Answer with a number." >"$WORK/system_a"
cp "$WORK/system_a" "$WORK/system_b"
evaluate 0 "$WORK/options"
for option in "--instance.system_prompt $WORK/system_a" "--instance.chat_template plain" "--grading.percent_or_fraction on" \
  "--sampling.stop x" "--instance.action_tags solution" "--instance.targets all" "--instance.target_text body" "--instance.hint title" \
  "--instance.history 1" "--evaluation.prompt training" "--evaluation.view stepwise --evaluation.max_steps 2" "--sampling.greedy on"; do
  read -ra words <<<"$option"
  evaluate 0 "$WORK/options" "${words[@]}"
  answered "$WORK/options" 3 0
done
evaluate 0 "$WORK/options" --instance.system_prompt "$WORK/system_b"
answered "$WORK/options" 0 3   # the same text in another file
echo "Answer with two numbers." >"$WORK/system_a"
evaluate 0 "$WORK/options" --instance.system_prompt "$WORK/system_a"
answered "$WORK/options" 3 0
evaluate 0 "$WORK/options" --rollout.max_sequences 1 --evaluation.batch 1
answered "$WORK/options" 0 3
echo "every option that shapes a text or a verdict makes another experiment"

# Questions that cannot be asked, and rows that are empty.
{
  head -n 1 "$BENCHMARK"
  printf '{"id": "long-one", "question": "%s", "answer": "1"}\n' "$(printf 'one two three four %.0s' {1..2000})"
  sed -n 2p "$BENCHMARK"
} >"$WORK/long.jsonl"
for view in "whole" "stepwise --evaluation.max_steps 2"; do
  read -ra words <<<"$view"
  INPUT=$WORK/long.jsonl evaluate 0 "$WORK/long_${words[0]}" --evaluation.samples 2 --evaluation.view "${words[@]}"
  answered "$WORK/long_${words[0]}" 6 0
  [[ $(grep -c "long.jsonl line 2 (question 1, id long-one) cannot be asked" "$WORK/long_${words[0]}.log") == 1 ]] ||
    fail "not one warning that names file and question: $(cat "$WORK/long_${words[0]}.log")"
  [[ $(grep -c '"finish_reason":"not_asked"' "$WORK/long_${words[0]}/records_00000.jsonl") == 2 ]] || fail "it does not count as unanswered"
done
printf '{"question": "1 + 1?", "answer": "2"}\n{"question": "2 + 2?", "answer": " "}\n' >"$WORK/empty.jsonl"
INPUT=$WORK/empty.jsonl evaluate 1 "$WORK/empty"
says "$WORK/empty" "empty.jsonl line 2: the answer is empty"
echo "a question that cannot be asked counts as unanswered; an empty row is refused"

# Whole answers have room for 2,048 tokens.
evaluate 0 "$WORK/length" --sampling.max_new_tokens auto --limit 1
grep -q '"max_new_tokens":2048' "$WORK/length/records_00000.jsonl" || fail "$(head -c 400 "$WORK/length/records_00000.jsonl")"
