#!/usr/bin/env bash
# Benchmarks as a job array.   sbatch --array=0-7 slurm/srl_eval.sh --model DIR --input FILES --output DIR …
# Each array task evaluates its share of the questions. Two minutes before the time limit it saves its state and is
# requeued. A task that runs again resumes from there.
# Without arguments: the README's example, which evaluates the model before and after SRL.
#SBATCH --job-name=srl_eval
#SBATCH --array=0-1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4400M
#SBATCH --time=00:30:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x_%A_%a.log
SRL_ROOT=${SRL_ROOT:-$SLURM_SUBMIT_DIR}
source "$SRL_ROOT/slurm/common.sh" || exit 1
source "$SRL_ROOT/slurm/example.sh"
need_program srl_eval
evaluate() {  # evaluate ARGUMENTS… : one evaluation; then acts on the STATUS of this task
  local output task
  output=$(word_after --output "$@") task=$(word_after --task "$@")
  [[ -n $output ]] || die "srl_eval.sh needs --output DIR"
  [[ -n $task ]] || task=$((${SLURM_ARRAY_TASK_ID:-0} - ${SLURM_ARRAY_TASK_MIN:-0}))
  preflight "$@"
  run_step "$SRL_BIN/srl_eval" "$@"
  by_status "$output/STATUS_$(printf %05d "$task")"
}

if (($#)); then
  evaluate "$@"
else
  for row in base srl; do
    example_eval "$row" "$(mini_model "$row" 1 "$MINI_BASE")"
    evaluate "${eval_words[@]}"
  done
fi
