#!/usr/bin/env bash
# TERM interrupts a validation. The validation runs again after the resume, and the final figures and weights
# are the same. With one question there are no controls.
source "$(dirname "$0")/shared/common.sh"
LONG=("${SRL[@]}" --instance.max_prompt_tokens 400 --sampling.max_new_tokens 600)
train() { ranks 2 "$BIN/srl_train" "${LONG[@]}" --training.updates 2 --validation.every_updates 2 --validation.questions 4 --run "$1" 2>>"$1.log"; }
figures() { cat "$1/validation.jsonl"; sed -n 's/.*\("validation":{[^}]*}\).*/\1/p' "$1/metrics.jsonl"; }

train "$WORK/straight" || fail "$(tail -5 "$WORK/straight.log")"
[[ $(figures "$WORK/straight" | wc -l) -eq 2 ]] || fail "there are not two validations: $(figures "$WORK/straight")"

# The start model is a candidate. Here no validation beats it (all score 0), so there is no best export.
grep -q 'no validation beat the start model' "$WORK/straight.log" && [[ ! -e $WORK/straight/export_best ]] || fail "an equal model was exported as the best: $(tail -5 "$WORK/straight.log")"

# Interrupts the validation before the first update as early as possible. Repeated when it ended before the
# signal.
for ((try = 0; try < 50; try++)); do
  rm -rf "$WORK/stopped" "$WORK/stopped.log"
  train "$WORK/stopped" & pid=$!
  wait_until $pid grep -qs 'planned' "$WORK/stopped.log" || fail "the run ended before its plan was printed: $(tail -5 "$WORK/stopped.log")"
  pkill -TERM -f "^$BIN/srl_train.*$WORK/stopped" || true
  wait $pid || fail "TERM gave exit code $?: $(tail -5 "$WORK/stopped.log")"
  grep -q 'validation at update 0 interrupted' "$WORK/stopped.log" && break
done
grep -q 'validation at update 0 interrupted' "$WORK/stopped.log" || fail "the validation was not interrupted: $(tail -5 "$WORK/stopped.log")"
status_is "$WORK/stopped" saved
[[ ! -s $WORK/stopped/validation.jsonl ]] || fail "an interrupted validation wrote figures"
# A start that was killed after this validation and before a checkpoint leaves its line; the next one repeats it.
sed -n 1p "$WORK/straight/validation.jsonl" >"$WORK/stopped/validation.jsonl"
train "$WORK/stopped" || fail "$(tail -5 "$WORK/stopped.log")"
status_is "$WORK/stopped" finished
cmp <(figures "$WORK/straight") <(figures "$WORK/stopped") || fail "the figures differ after the resume"
same_model "$WORK/straight" "$WORK/stopped"

# Data without held-out solutions: the run has no validation, and says so.
"$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output "$WORK/no_validation" --holdout.questions 0 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
ranks 1 "$BIN/srl_train" "${LONG[@]}" --data "$WORK/no_validation" --training.updates 1 --validation.every_updates 1 --validation.questions 4 --run "$WORK/off" 2>"$WORK/off.log" || fail "$(cat "$WORK/off.log")"
grep -q 'validation is off' "$WORK/off.log" && [[ ! -s $WORK/off/validation.jsonl ]] || fail "no word on the missing validation: $(cat "$WORK/off.log")"

# With one question there is no other question for the control, and the output says so.
ranks 1 "$BIN/srl_train" "${LONG[@]}" --training.updates 1 --validation.questions 1 --validation.every_updates 1 --run "$WORK/one" 2>"$WORK/one.log" || fail "$(cat "$WORK/one.log")"
grep -q '(controls: previous step [0-9.]*, no other question; ' "$WORK/one.log" && grep -q '"control_shuffled":null' "$WORK/one/validation.jsonl" ||
  fail "a control without another question: $(grep validation "$WORK/one.log")"
