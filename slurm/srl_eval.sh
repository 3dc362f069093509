#!/usr/bin/env bash
# Benchmarks as a job array.   sbatch --array=0-7 slurm/srl_eval.sh --model DIR --input FILES --output DIR …
# Or a sweep over models, benchmarks and settings:   sbatch --array=0-7 slurm/srl_eval.sh --sweep FILE --output DIR …
# Each task evaluates its share of the questions. To run some tasks again: --array=3,5 … --tasks 8.
# Five minutes before the time limit a task saves its state and is requeued; a task that runs again resumes from there.
# Without arguments: the README's example, which evaluates the model before and after SRL.
#SBATCH --job-name=srl_eval
#SBATCH --array=0-1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4400M
#SBATCH --time=00:30:00
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --output=/dev/null
# Finds the library: in SRL_ROOT, beside the submitted script, or in the submission folder.
submitted=$([[ -z ${SLURM_JOB_ID:-} ]] || timeout 60 scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *Command=//p' | head -n 1)
for place in "${SRL_ROOT:-}/slurm" "${submitted%%/srl_eval.sh*}" "$(dirname "$0")" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do [[ -f $place/lifecycle.sh ]] && break; done
source "$place/common.sh" && source "$place/lifecycle.sh" || { echo "$0: slurm/common.sh not found: set SRL_ROOT to the folder of SRL" | tee -a "srl_${SLURM_JOB_ID:-}.log"; exit 1; }
begin_job srl_eval.sh srl_eval "$@"
if (($#)); then
  evaluate_share "$@"
else
  source "$SRL_ROOT/slurm/example.sh"
  for row in base srl; do
    example_eval "$row" "$(mini_model "$row" 1 "$MINI_BASE")"
    evaluate_share "${eval_words[@]}"
  done
fi
