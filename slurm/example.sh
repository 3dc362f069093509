# The README's example (the short form of the miniature), for `sbatch slurm/srl_*.sh` without arguments and for
# chain.sh. Sourced by the batch scripts.
source "$SRL_ROOT/studies/miniature/commands.sh"
EXAMPLE=$MINI
example_prep=("${mini_prep[@]}")
example_train=(--config "$MINI_STUDY/presets/srl.ini" --data "$EXAMPLE/data" --model "$MINI_BASE" --run "$EXAMPLE/runs/srl/1" --seed 1)
example_eval() {  # example_eval ROW MODEL: sets eval_words to the arguments for srl_eval
  eval_words=("${mini_eval[@]}" "${mini_stepwise[@]}" --model "$2" --seed 1 --input "$EXAMPLE/data/test.jsonl" --limit 50
    --evaluation.samples 8 --output "$EXAMPLE/results/$1/1/stepwise")
}
