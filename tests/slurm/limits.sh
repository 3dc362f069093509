#!/usr/bin/env bash
# A real time limit on nodes that bind tasks to cores (task/affinity): the run goes over several allocations and ends with
# the weights of an undisturbed one; each rank has the cores that it asked for.   limits.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
export SLURM_EMU_TASK=task/affinity
cluster_up 2 2

for cores in 1 2; do
  job=$(submit -n 1 --cpus-per-task=$cores "$SLURM/srl_check.sh" --quick)
  ends_as "$job" COMPLETED
  grep -qE "threads +ok +$cores threads? per rank, $cores cores?( |\$)" "$(log_of "$job")" || fail "not $cores cores: $(grep threads "$(log_of "$job")")"
done
passed "a rank with --cpus-per-task has these cores, and as many threads"

updates $ENDLESS run
job=$(submit -N 1 --time=2 --signal=B:USR1@60 "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/run.ini" --run "$U/run")
wait_for "$job" logged "$job" 'requeued (restart 1)'
start_now "$job"
wait_for "$job" logged "$job" 'requeued (restart 2)'
UPDATES=$(updates_after "$U/run")
updates "$UPDATES" run
start_now "$job"
ends_as "$job" COMPLETED
status_is "$U/run" finished
[[ $(grep -c 'USR1: asking' "$(log_of "$job")") -eq 2 ]] || fail "$(tail_of "$job")"
straight=$(submit -N 1 --time=20 "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates "$UPDATES" --run "$U/straight")
ends_as "$straight" COMPLETED
same_model "$U/straight" "$U/run"
passed "three allocations by a real time limit: $UPDATES updates, the weights of an undisturbed run"
