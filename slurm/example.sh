# The example that `sbatch slurm/srl_*.sh` without words and chain.sh run: the README's, the miniature in short form. Sourced.
source "$SRL_ROOT/slurm/mini.sh"
EXAMPLE=$MINI
example_prep=("${mini_prep[@]}")
example_train=(--config "$MINI_PRESETS/mini_srl.ini" --data "$EXAMPLE/data" --model "$MINI_BASE" --run "$EXAMPLE/runs/srl/1" --seed 1)
example_eval() {  # example_eval ROW MODEL: words for srl_eval
  eval_words=("${mini_eval[@]}" "${mini_stepwise[@]}" --model "$2" --seed 1 --input "$EXAMPLE/data/test.jsonl" --limit 50
    --evaluation.samples 8 --output "$EXAMPLE/results/$1/1/stepwise")
}
