# The README's example, the miniature in short form, for `sbatch slurm/srl_*.sh` without arguments and for chain.sh. Sourced.
source "$SRL_ROOT/studies/miniature/commands.sh"
EXAMPLE=$MINI
example_prep=("${mini_prep[@]}")
example_train=(--config "$MINI_STUDY/presets/srl.ini" --data "$EXAMPLE/data" --model "$MINI_BASE" --run "$EXAMPLE/runs/srl/1" --seed 1)
example_eval() {  # example_eval ROW MODEL: arguments for srl_eval
  eval_words=("${mini_eval[@]}" "${mini_stepwise[@]}" --model "$2" --seed 1 --input "$EXAMPLE/data/test.jsonl" --limit 50
    --evaluation.samples 8 --output "$EXAMPLE/results/$1/1/stepwise")
}
