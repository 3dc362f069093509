#!/usr/bin/env bash
# Submits the README's example as dependent jobs: prepare -> train (requeues itself until finished) -> evaluate (array)
# -> report. Run it in the source folder on a login node. All arguments go to every sbatch (for example -p PARTITION).
set -euo pipefail
export SRL_ROOT=${SRL_ROOT:-$PWD}
source "$SRL_ROOT/slurm/example.sh"
submit() { sbatch --parsable "$@"; }
prep=$(submit "$@" slurm/srl_prep.sh)
train=$(submit "$@" --dependency=afterok:"$prep" --kill-on-invalid-dep=yes slurm/srl_train.sh)
evaluate=$(submit "$@" --dependency=afterok:"$train" --kill-on-invalid-dep=yes slurm/srl_eval.sh)
report=$(submit "$@" --dependency=afterok:"$evaluate" --kill-on-invalid-dep=yes --job-name=srl_report --output=%x_%j.log --time=00:05:00 \
  --wrap "${SRL_BIN:-$SRL_ROOT/build/cpu-release/bin}/srl_report --study $EXAMPLE")
echo "submitted: srl_prep $prep, srl_train $train, srl_eval $evaluate, srl_report $report"
echo "to watch: squeue -j $prep,$train,$evaluate,$report; the table will be in srl_report_$report.log"
