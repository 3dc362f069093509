#!/usr/bin/env bash
# Tables from records and runs.   sbatch slurm/srl_report.sh FOLDERS… | --study DIR | --run DIR
# Without arguments: the table of the README's example. The table is in the log, logs/srl_report_JOB.log.
#SBATCH --job-name=srl_report
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=1000M
#SBATCH --time=00:10:00
#SBATCH --signal=B:USR1@300
#SBATCH --requeue
#SBATCH --output=/dev/null
# Finds the library: in SRL_ROOT, beside the submitted script, or in the submission folder.
submitted=$([[ -z ${SLURM_JOB_ID:-} ]] || timeout 60 scontrol show job "$SLURM_JOB_ID" | sed -n 's/^ *Command=//p' | head -n 1)
for place in "${SRL_ROOT:-}/slurm" "${submitted%%/srl_report.sh*}" "$(dirname "$0")" "${SLURM_SUBMIT_DIR:-.}/slurm" "${SLURM_SUBMIT_DIR:-.}"; do [[ -f $place/lifecycle.sh ]] && break; done
source "$place/common.sh" && source "$place/lifecycle.sh" || { echo "$0: slurm/common.sh not found: set SRL_ROOT to the folder of SRL" | tee -a "srl_${SLURM_JOB_ID:-}.log"; exit 1; }
begin_job srl_report.sh srl_report "$@"
(($#)) || { source "$SRL_ROOT/slurm/example.sh"; set -- --study "$EXAMPLE"; }
report_job "$@"
