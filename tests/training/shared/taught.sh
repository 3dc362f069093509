# Sourced after common.sh. Makes short questions, and teaches the mini model the answer format on them (about
# 20 s), so that rewards differ.
mkdir "$WORK/short"
for ((i = 1; i <= 24; i++)); do
  printf '{"id": "q%d", "question": "Add %d and %d.", "solution": "1. Take %d.\\n2. Add %d.\\n3. It is %d.", "answer": "%d"}\n' \
    "$i" "$i" $((i * 7 % 23)) "$i" $((i * 7 % 23)) $((i + i * 7 % 23)) $((i + i * 7 % 23))
done >"$WORK/short/sums.jsonl"
printf 'Write the next step.\n' >"$WORK/short/system.txt"
"$BIN/srl_prep" --input "$WORK/short/sums.jsonl" --output "$WORK/sums" --holdout.questions 4 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
SHORT=(--data "$WORK/sums" --threads 1 --instance.chat_template plain --instance.system_prompt "$WORK/short/system.txt" --instance.max_prompt_tokens 200)
ranks 1 "$BIN/srl_train" "${SHORT[@]}" --model "$WORK/model" --run "$WORK/taught" --signal.kind likelihood --sampling.max_new_tokens 100 \
  --training.updates 120 --training.prompts_per_update 16 --training.learning_rate 1e-2 --training.warmup_ratio 0.1 --training.lr_schedule cosine --objective.loss token_mean \
  2>"$WORK/taught.log" || fail "$(tail -3 "$WORK/taught.log")"
SRL=("${SHORT[@]}" --model "$WORK/taught/export" --sampling.max_new_tokens 80 --training.group_size 4 --training.learning_rate 1e-3
  --checkpoint.every_updates 2 --checkpoint.keep 2 --job.term_seconds "$HANG_SECONDS")
