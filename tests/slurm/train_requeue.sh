#!/usr/bin/env bash
# Runs the batch scripts on an emulated cluster: USR1, as before a time limit, a checkpoint, the requeue, the resume and
# the finish, with the weights of an uninterrupted run. Then a cancelled job, which must not come back; an array whose
# tasks stop and end one by one; bounds of the requeue; sites without requeue.   train_requeue.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 2 4
usr1() { timeout 120 scancel --signal=USR1 --batch "$1"; }

updates $ENDLESS run
job=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/run.ini" --run "$U/run")
wait_for "$job" has_updates "$U/run" 5
usr1 "$job"
wait_for "$job" logged "$job" 'requeued (restart 1)'
UPDATES=$(updates_after "$U/run")
updates "$UPDATES" run
start_now "$job"
ends_as "$job" COMPLETED
status_is "$U/run" finished
says "$job" 'resumed from'
grep -qx 'restart=1' "$U/run/STATUS" || fail "STATUS does not have restart=1: $(cat "$U/run/STATUS")"
straight=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates "$UPDATES" --run "$U/straight")
ends_as "$straight" COMPLETED
same_model "$U/straight" "$U/run"
passed "saved on USR1, requeued, resumed, finished with the same weights"

# Cancelled: ends, and does not come back. Cancelled while it waits to run again: the same.
job=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/cancelled")
pending=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/pending")
wait_for "$job" has_updates "$U/cancelled" 3
timeout 120 scancel "$job"
wait_for "$pending" has_updates "$U/pending" 3
usr1 "$pending"
wait_for "$pending" in_queue "$pending"
timeout 120 scancel "$pending"
sleep 8   # in this time a wrong requeue would happen
ends_as "$job" CANCELLED
ends_as "$pending" CANCELLED
says "$job" 'cancelled, .* not requeued'
passed "a cancelled job and a cancelled requeue did not come back: $(grep -o 'cancelled, .*' "$(log_of "$job")")"

# Cancelled after the job has saved, and before Slurm has put it back: the same.
mkdir "$U/slow"
printf '#!/bin/bash\n[[ $1 != requeue ]] || sleep 5\nexec %s "$@"\n' "$(command -v scontrol)" >"$U/slow/scontrol"
chmod +x "$U/slow/scontrol"
job=$(PATH="$U/slow:$PATH" submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/between")
wait_for "$job" has_updates "$U/between" 3
usr1 "$job"
wait_for "$job" logged "$job" 'requeued (restart 1)'
timeout 120 scancel "$job"
sleep 8
ends_as "$job" CANCELLED
says "$job" 'cancelled, .* not requeued'
passed "cancelled between the save and the requeue"

# At most N times; and not without progress.
job=$(SRL_MAX_REQUEUES=0 submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/bound")
wait_for "$job" has_updates "$U/bound" 3
usr1 "$job"
ends_as "$job" FAILED
says "$job" 'not requeued, because it was requeued 0 times already'
status_is "$U/bound" saved
job=$(SLURM_JOB_END_TIME=$(($(date +%s) + 40)) submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/no_progress")
ends_as "$job" FAILED
says "$job" 'without progress since the start; not requeued'
passed "the requeue is bounded, and needs progress"

# An array: the last task has the number of the whole array as SLURM_JOB_ID.
SLOW=("${EVAL[@]/#8/200}" --sampling.min_new_tokens 200 --evaluation.batch 1)
array=$(submit --array=0-2 "$SLURM/srl_eval.sh" "${SLOW[@]}" --evaluation.samples 1 --output "$U/array")
wait_for "$array" test -s "$U/array/records_00002.jsonl"
usr1 "${array}_2"
wait_for "${array}_2" logged "${array}_2" 'requeued (restart 1)'
until ended "${array}_0" && ended "${array}_1"; do sleep 0.5; done
for task in 0 1; do
  [[ $(state "${array}_$task") == COMPLETED && $(grep -c 'start 1, in' "$(log_of "${array}_$task")") -eq 1 ]] || fail "task $task was touched: $(tail_of "${array}_$task")"
  if logged "${array}_$task" USR1; then fail "task $task was asked to save: $(tail_of "${array}_$task")"; fi
done
start_now "${array}_2"
wait_ended "${array}_2"
[[ $(cat "$U"/array/records_*.jsonl | wc -l) -eq 24 && $(sort -u "$U"/array/records_*.jsonl | wc -l) -eq 24 ]] || fail "an answer is missing or there twice: $(wc -l "$U"/array/records_*)"
passed "only the last task of an array was saved and requeued"

# Without requeue: a successor, and the job that waits for the first one waits for it.
updates $ENDLESS next
job=$(SRL_REQUEUE=successor submit --job-name=chain_a "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/next.ini" --run "$U/next")
waits=$(submit --dependency=afterok:"$job" "$SLURM/srl_report.sh" --run "$U/next")
wait_for "$job" has_updates "$U/next" 3
updates "$(($(updates_of "$U/next") + 300))" next
usr1 "$job"
ends_as "$job" COMPLETED
successor=$(grep -o 'job [0-9]* resumes it' "$(log_of "$job")" | tr -dc 0-9)
ends_as "$successor" COMPLETED
says "$successor" 'resumed from'
ends_as "$waits" COMPLETED
status_is "$U/next" finished
passed "a successor resumed the job, and the dependent job waited for it"
