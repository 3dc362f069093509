#!/usr/bin/env bash
# Training with checkpoint and restart.   sbatch slurm/srl_train.sh --config F.ini --data DIR --model DIR --run DIR …
# Without arguments: the README's example, which prepares the data if missing, then trains with SRL.
# Two minutes before the time limit the ranks save a checkpoint and the job is requeued, until STATUS says finished.
#SBATCH --job-name=srl_train
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4400M
#SBATCH --time=00:30:00
#SBATCH --signal=B:USR1@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=%x_%j.log
SRL_ROOT=${SRL_ROOT:-$SLURM_SUBMIT_DIR}
source "$SRL_ROOT/slurm/common.sh" || exit 1
source "$SRL_ROOT/slurm/example.sh"
need_program srl_train

train() {  # train ARGUMENTS… : one run; then acts on its STATUS. A finished run is skipped.
  local run
  run=$(word_after --run "$@")
  [[ -n $run ]] || die "srl_train.sh needs --run DIR"
  [[ $(status_field "$run" state) == finished ]] && { say "$run is finished already"; return 0; }
  preflight "$@" --resume auto
  run_step "$SRL_BIN/srl_train" "$@" --resume auto
  by_status "$run"
}

if (($#)); then
  train "$@"
else
  if [[ ! -f $EXAMPLE/data/manifest.json ]]; then
    need_program srl_prep
    run_step "$SRL_BIN/srl_prep" "${example_prep[@]}" || die "srl_prep failed; see the messages above"
  fi
  train "${example_train[@]}"
fi
