#!/usr/bin/env bash
# srl_eval with a sweep file: every combination is answered once, shares do not depend on the start, few-shot and
# choices, patches and their predictions, what is refused.
#   sweeps.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --seed 5 --output "$WORK/other" 2>"$WORK/init.log"
cp "$SOURCE/data_prep/example/benchmark.jsonl" "$WORK/example.jsonl"
printf '{"question": "Which is even?", "choices": ["3", "4"], "answer": 1}\n{"question": "Which is odd?", "choices": ["5", "8"], "answer": "A"}\n' >"$WORK/choices.jsonl"
printf '{"task": {"text": "1 + 1?"}, "gold": 2}\n' >"$WORK/own.jsonl"
printf '{"instance_id": "o__r-%d", "problem_statement": "It fails.", "repo": "o/r"}\n' 1 2 3 >"$WORK/instances.jsonl"
cat >"$WORK/sweep.ini" <<INI
[models]
small = $WORK/model
other = $WORK/other
[benchmarks]
example = $WORK/example.jsonl
choices = $WORK/choices.jsonl
own = $WORK/own.jsonl
instances = $WORK/instances.jsonl
held = $WORK/data
[fields own]
question = task.text
answer = gold
[settings greedy]
sampling.greedy = on
benchmarks = example choices own
limit = 3
[settings avg2]
models = small
evaluation.samples = 2
benchmarks = example
[settings shots]
sampling.greedy = on
evaluation.shots = 1
evaluation.shots_file = $WORK/example.jsonl
benchmarks = choices
[settings steps]
evaluation.view = step
sampling.greedy = on
limit = 2
[settings patches]
evaluation.view = patch
sampling.greedy = on
benchmarks = instances
INI
evaluate() {  # evaluate EXIT_CODE FOLDER ARGUMENTS…
  local code=0 wanted=$1 folder=$2
  shift 2
  "$BIN/srl_eval" --threads 1 --instance.chat_template chatml --sampling.max_new_tokens 8 --output "$folder" "$@" >"$folder.out" 2>"$folder.log" </dev/null || code=$?
  ((code == wanted)) || fail "$folder $*: exit code $code instead of $wanted: $(tail -5 "$folder.log")"
}
sweep() { evaluate "$1" "$2" --sweep "$WORK/sweep.ini" "${@:3}"; }
says() { grep -qF -e "$2" "$1.log" || fail "$1 does not say '$2': $(tail -5 "$1.log")"; }
records() { cat "$1"/records_*.jsonl "$1"/patches_*.jsonl | sed -E 's/"seconds":[-+.0-9e]+//' | LC_ALL=C sort; }
questions=$(wc -l <"$WORK/example.jsonl")

sweep 0 "$WORK/one"
# greedy: 3 + 2 + 1 questions; shots: 2; steps: 2; patches: 3; for two models; avg2 for one
(($(records "$WORK/one" | wc -l) == 2 * (6 + 2 + 2 + 3) + 2 * questions)) || fail "$(records "$WORK/one" | wc -l) records"
all=$(records "$WORK/one")
for word in '"model":"small"' '"benchmark":"own"' '"setting":"avg2"' '"settings_key":"' '"shots":1' '"how":"no_patch"'; do
  grep -qF "$word" <<<"$all" || fail "no record has $word"
done
[[ $(sort "$WORK/one/predictions_small_patches.jsonl" | cut -d'"' -f4 | tr '\n' ' ') == "o__r-1 o__r-2 o__r-3 " ]] ||
  fail "$(cat "$WORK/one/predictions_small_patches.jsonl")"
grep -q 'predictions_other_patches.jsonl: 3 predictions, [0-3] with a patch' "$WORK/one.out" || fail "$(cat "$WORK/one.out")"
grep -q 'swebench.harness.run_evaluation' "$WORK/one.out" || fail "$(cat "$WORK/one.out")"
sweep 0 "$WORK/one"
says "$WORK/one" ": 0 completions graded"
echo "every combination is answered once"

for task in 3 1 0 2; do sweep 0 "$WORK/four" --task $task --tasks 4; done
cmp <(records "$WORK/one") <(records "$WORK/four") || fail "four tasks have other records than one"
cmp "$WORK/one/predictions_small_patches.jsonl" "$WORK/four/predictions_small_patches.jsonl" || fail "four tasks have other predictions"
for share in 5 3; do   # --array=3,5
  SLURM_ARRAY_TASK_ID=$share SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=2 sweep 0 "$WORK/some" --tasks 8
done
[[ $(find "$WORK/some" -name "STATUS_*" | wc -l) -eq 2 && -e $WORK/some/STATUS_00003 && -e $WORK/some/STATUS_00005 ]] || fail "$(ls "$WORK/some")"
[[ -z $(comm -13 <(records "$WORK/one") <(records "$WORK/some")) ]] || fail "eight tasks have other records than one"
sweep 2 "$WORK/some" --task 0 --tasks 4
says "$WORK/some" "is the output of 8 array tasks, not of 4: give --tasks 8"
echo "any number of tasks gives the same records"

# The file grows: only what is new is asked, although the shares move.
cp "$WORK/sweep.ini" "$WORK/before.ini"
sed -i "s|^\[fields own\]|more = $WORK/more.jsonl\n&|; s|^benchmarks = example choices own|& more|" "$WORK/sweep.ini"
printf '{"question": "%d + 1?", "answer": "1"}\n' 1 2 3 4 5 >"$WORK/more.jsonl"
for task in 0 1 2 3; do sweep 0 "$WORK/four" --task $task --tasks 4; done
(($(records "$WORK/four" | wc -l) == $(records "$WORK/one" | wc -l) + 2 * 3)) || fail "$(records "$WORK/four" | wc -l) records after the file grew"
[[ -z $(records "$WORK/four" | uniq -d) ]] || fail "doubled records: $(records "$WORK/four" | uniq -d | head -2)"
echo "a sweep that grows asks only what is new"

refused() {  # refused MESSAGE SED_SCRIPT
  sed "$2" "$WORK/before.ini" >"$WORK/sweep.ini"
  sweep "${3:-2}" "$WORK/refused"
  says "$WORK/refused" "$1"
}
refused "line 14: sampling.gready: unknown option" 's/sampling.greedy = on/sampling.gready = on/'
refused "model cannot be set here" 's/^limit = 3/model = x/'
refused "[settings greedy]: --evaluation.samples must be 1" 's/^limit = 3/evaluation.samples = 2/'
refused "belong together" '/shots_file/d'
refused "small and other are the same model folder" "s|$WORK/other|$WORK/model/|"
refused "is not a model folder" "s|$WORK/other|$WORK/nothing|" 1
refused "has no benchmark for evaluation.view patch" 's/^benchmarks = instances/benchmarks = held/'
evaluate 2 "$WORK/refused" --sweep "$WORK/before.ini" --model "$WORK/model"
says "$WORK/refused" "--model and --sweep exclude each other"
echo "what does not fit is refused by name"
