# The README's example (the short form of the miniature), for `sbatch slurm/srl_*.sh` without arguments, in runs/mini of
# the folder where the job runs. Sourced by the batch scripts.
SRL_MINI=${SRL_MINI:-$PWD/runs/mini}
source "$SRL_ROOT/studies/miniature/commands.sh"
EXAMPLE=$MINI
example_prep=("${mini_prep[@]}")
example_train=(--config "$MINI_STUDY/presets/srl.ini" --data "$EXAMPLE/data" --model "$MINI_BASE" --run "$EXAMPLE/runs/srl/1" --seed 1)
example_sft=(--config "$MINI_STUDY/presets/sft.ini" --data "$EXAMPLE/data" --model "$MINI_BASE" --run "$EXAMPLE/runs/sft/1" --seed 1)
example_data() {
  [[ -f $EXAMPLE/data/manifest.json ]] && return 0
  need_program srl_prep
  run_step "$SRL_BIN/srl_prep" "${example_prep[@]}" || die "srl_prep failed; see the messages above"
}
example_eval() {  # example_eval ROW MODEL: sets eval_words to the arguments for srl_eval
  eval_words=("${mini_eval[@]}" "${mini_stepwise[@]}" --model "$2" --seed 1 --input "$EXAMPLE/data/test.jsonl" --limit 50
    --evaluation.samples 8 --output "$EXAMPLE/results/$1/1/stepwise")
}
