#!/usr/bin/env bash
# Benchmarks as a job array.   sbatch --array=0-7 slurm/srl_eval.sh --model DIR --input FILES --output DIR …
# Each array task takes its share of the questions; a task that is run again goes on where it stood.
# Without words: the README's example, the model before and after SRL.
#SBATCH --job-name=srl_eval
#SBATCH --array=0-1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4400M
#SBATCH --time=00:30:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x_%A_%a.log
SRL_ROOT=${SRL_ROOT:-$SLURM_SUBMIT_DIR}
source "$SRL_ROOT/slurm/common.sh" || exit 1
source "$SRL_ROOT/slurm/example.sh"
need_program srl_eval
if (($#)); then
  run_step "$SRL_BIN/srl_eval" "$@" || die "srl_eval failed"
else
  for row in base srl; do
    example_eval "$row" "$(mini_model "$row" 1 "$MINI_BASE")"
    run_step "$SRL_BIN/srl_eval" "${eval_words[@]}" || die "srl_eval failed"
  done
fi
