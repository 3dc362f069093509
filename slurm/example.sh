# The example that the README's first command, `sbatch slurm/srl_*.sh` without words and the chain all run; sourced.
EXAMPLE=${SRL_EXAMPLE:-$SRL_ROOT/runs/example}
EXAMPLE_MODEL=${SRL_MODEL:-$SRL_ROOT/models/SmolLM2-135M-Instruct}
PRESETS=$SRL_ROOT/jobs/presets
example_prep=(--input "$SRL_ROOT/data_prep/example/expert_solutions.jsonl" --output "$EXAMPLE/data" --holdout.questions 8)
example_format=(--config "$PRESETS/first_light_format.ini" --data "$EXAMPLE/data" --model "$EXAMPLE_MODEL" --run "$EXAMPLE/format")
example_srl=(--config "$PRESETS/first_light_srl.ini" --data "$EXAMPLE/data" --model "$EXAMPLE/format/export" --run "$EXAMPLE/srl")
example_benchmark=$SRL_ROOT/data_prep/example/benchmark.jsonl
example_eval() {  # example_eval MODEL NAME: words for srl_eval
  eval_words=(--model "$1" --input "$example_benchmark" --output "$EXAMPLE/results/$2" --sampling.greedy on --sampling.max_new_tokens 160)
}
