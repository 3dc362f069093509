# Sourced after common.sh. Makes short questions, and TEACH: the arguments that teach the mini model the answer
# format on them in 120 updates (about 20 s).
mkdir "$WORK/short"
for ((i = 1; i <= 24; i++)); do
  printf '{"id": "q%d", "question": "Add %d and %d.", "solution": "1. Take %d.\\n2. Add %d.\\n3. It is %d.", "answer": "%d"}\n' \
    "$i" "$i" $((i * 7 % 23)) "$i" $((i * 7 % 23)) $((i + i * 7 % 23)) $((i + i * 7 % 23))
done >"$WORK/short/sums.jsonl"
printf 'Write the next step.\n' >"$WORK/short/system.txt"
"$BIN/srl_prep" --input "$WORK/short/sums.jsonl" --output "$WORK/sums" --holdout.questions 4 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
SHORT=(--data "$WORK/sums" --threads 1 --instance.chat_template plain --instance.system_prompt "$WORK/short/system.txt" --instance.max_prompt_tokens 200)
TEACH=("${SHORT[@]}" --model "$WORK/model" --signal.kind likelihood --sampling.max_new_tokens 100 --training.prompts_per_update 16
  --training.learning_rate 1e-2 --training.warmup_ratio 0.1 --training.lr_schedule cosine --objective.loss token_mean)
