#!/usr/bin/env bash
# Jobs that lose their place: preemption by a partition with GraceTime, a requeue by hand, a full file system, array
# tasks that are cancelled or killed.
# Nothing is lost and nothing repeated.   evictions.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
export SLURM_EMU_FAST=1   # jobs that do not end are killed within seconds
cluster_up 4 2

# Preemption by a partition with GraceTime: the ranks save, Slurm requeues, the job resumes.
begin low --partition=low --exclusive -N 4 -n 4
high=$(submit -N 4 -n 4 --exclusive --partition=high "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 3 --run "$U/high")
wait_for "$job" in_queue "$job"
end_soon low
ends_as "$high" COMPLETED
completes low "$job"
says "$job" 'preempted'
passed "preempted: saved, requeued by Slurm, resumed and finished"

# Requeued by hand: the log says that the job comes back, and it does.
begin by_hand
timeout 60 scontrol requeue "$job"
wait_for "$job" in_queue "$job"
says "$job" 'requeued, saved at .*: Slurm puts the job back into the queue'
if logged "$job" 'not requeued'; then fail "a requeued job says that it does not come back: $(tail_of "$job")"; fi
end_soon by_hand
start_now "$job"
completes by_hand "$job"
passed "scontrol requeue: the log says that the job comes back, and it resumed"

# A full file system: the job fails, the last complete checkpoint is kept, and with more space it resumes from there.
mkdir "$U/small"
on_node node0 mount -t tmpfs -o size=12m,mode=777 none "$U/small"
SMALL=("$SLURM/srl_train.sh" "${OFTEN[@]}" --run "$U/small/run")
job=$(SRL_PREFLIGHT=off submit -N 1 -w node0 "${SMALL[@]}" --training.updates $ENDLESS)
ends_as "$job" FAILED
says "$job" 'No space left\|disk full\|cannot be written'
on_node node0 mount -o remount,size=200m "$U/small"
reached=$(on_node node0 sh -c "ls -d '$U'/small/run/checkpoints/update_*/COMPLETE" | tail -n 1 | sed 's|.*update_0*\([0-9]*\)/.*|\1|')
job=$(submit -N 1 -w node0 "${SMALL[@]}" --training.updates $((reached + 20)))
ends_as "$job" COMPLETED
says "$job" 'resumed from'
passed "full file system: failed, kept the checkpoint of update $reached, continued with more space"

# A task of an array is cancelled: the others are not touched.
SLOW=("${EVAL[@]/#8/200}" --sampling.min_new_tokens 200 --evaluation.batch 1)
array=$(submit --array=0-2 "$SLURM/srl_eval.sh" "${SLOW[@]}" --output "$U/array")
wait_for "${array}_1" test -s "$U/array/records_00001.jsonl"
timeout 60 scancel "${array}_1"
wait_ended "${array}_0" "${array}_1" "${array}_2"
[[ $(state "${array}_1") == CANCELLED && $(state "${array}_0") == COMPLETED && $(state "${array}_2") == COMPLETED ]] || fail "array: $(state "$array")"
again=$(submit --array=1 "$SLURM/srl_eval.sh" "${SLOW[@]}" --output "$U/array" --tasks 3)
ends_as "$again" COMPLETED
[[ $(cat "$U"/array/records_*.jsonl | wc -l) -eq 24 && $(sort -u "$U"/array/records_*.jsonl | wc -l) -eq 24 ]] || fail "records: $(wc -l "$U"/array/records_*)"
passed "an array task cancelled and run again"

# A process of an array task is killed: this task fails, the others are not touched.
array=$(submit --array=0-2 "$SLURM/srl_eval.sh" "${SLOW[@]}" --output "$U/killed")
wait_for "${array}_2" test -s "$U/killed/records_00002.jsonl"   # its SLURM_JOB_ID is the array's own number
kill -9 "$(pgrep -f -- "srl_eval .*--output $U/killed --task 2 " | tail -n 1)"
wait_ended "${array}_0" "${array}_1" "${array}_2"
[[ $(state "${array}_2") == FAILED && $(state "${array}_0") == COMPLETED && $(state "${array}_1") == COMPLETED ]] || fail "array: $(state "$array")"
says "${array}_2" 'ended with exit code'
again=$(submit --array=2 "$SLURM/srl_eval.sh" "${SLOW[@]}" --output "$U/killed" --tasks 3)
ends_as "$again" COMPLETED
[[ $(cat "$U"/killed/records_*.jsonl | wc -l) -eq 24 && $(sort -u "$U"/killed/records_*.jsonl | wc -l) -eq 24 ]] || fail "records: $(wc -l "$U"/killed/records_*)"
passed "an array task killed and run again"
