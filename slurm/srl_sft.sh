#!/usr/bin/env bash
# Supervised training (format SFT) with checkpoint and restart, like srl_train.sh.
#   sbatch slurm/srl_sft.sh --config F.ini --data DIR --model DIR --run DIR …
# Without arguments: the README's example with its SFT preset.
#SBATCH --job-name=srl_sft
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=4400M
#SBATCH --time=00:30:00
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --output=/dev/null
# Finds the library: in SRL_ROOT, beside the submitted script, or in the submission folder.
submitted=$([[ -z ${SLURM_JOB_ID:-} ]] || timeout 60 scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *Command=//p' | head -n 1)
for place in "${SRL_ROOT:-}/slurm" "${submitted%%/srl_sft.sh*}" "$(dirname "$0")" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do [[ -f $place/lifecycle.sh ]] && break; done
source "$place/common.sh" && source "$place/lifecycle.sh" || { echo "$0: slurm/common.sh not found: set SRL_ROOT to the folder of SRL" | tee -a "srl_${SLURM_JOB_ID:-}.log"; exit 1; }
begin_job srl_sft.sh srl_train "$@"
(($#)) || { source "$SRL_ROOT/slurm/example.sh"; example_data; set -- "${example_sft[@]}"; }
train_job "$@"
