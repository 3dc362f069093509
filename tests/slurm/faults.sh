#!/usr/bin/env bash
# Faults of a cluster in training: each ends as docs/cluster.md says, nothing is lost and nothing repeated.
#   faults.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
export SLURM_EMU_FAST=1   # nodes are missed, and jobs that do not end are killed, within seconds
cluster_up 4 2
rank_pid() { pgrep -f -- "srl_train .*--run $U/$1 " | tail -n 1; }   # a rank of a run (all nodes are this machine)

begin power
node=$(timeout 60 squeue --noheader --jobs "$job" --format %N)
victim=$(timeout 60 scontrol show hostnames "$node" | tail -n 1)
kill -9 "$(cat "$CLUSTER/run/$victim.pid")"
end_soon power
start_now "$job"   # on the nodes that are left
completes power "$job"
passed "node power cut: Slurm requeued the job, it resumed and finished"

cluster_up 4 2

begin killed
kill -9 "$(rank_pid killed)"
ends_as "$job" FAILED
says "$job" 'ended with exit code'
end_soon killed
job=$(submit -N 2 -n 2 "$SLURM/srl_train.sh" "${OFTEN[@]}" --config "$U/killed.ini" --run "$U/killed")
completes killed "$job"
passed "a rank killed: the job failed, submitted again it resumed"

begin stopped
kill -STOP "$(rank_pid stopped)"
ends_as "$job" FAILED
says "$job" 'MISSING, no heartbeat'
passed "a stopped rank: named and ended by the watchdog"

begin busy
second=$(submit -N 2 -n 2 "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/busy.ini" --run "$U/busy")
begin controller
controller=$(<"$CLUSTER/run/slurmctld.pid")
kill "$controller"
while kill -0 "$controller" 2>/dev/null; do sleep 0.2; done
cluster_up 4 2
timeout 60 scancel --signal=USR1 --batch "$job"
wait_for "$job" logged "$job" 'requeued (restart 1)'
end_soon controller
start_now "$job"
completes controller "$job"
passed "controller restart: saved, requeued and finished"

# Two jobs on one run directory: the second one waits for the lock, then names the first one.
ends_as "$second" FAILED
says "$second" 'is in use by'
if logged "$second" 'requeued'; then fail "the refused job was requeued: $(tail_of "$second")"; fi
grep -q 'state=running' "$U/busy/STATUS" || fail "the first job was disturbed: $(cat "$U/busy/STATUS")"
busy=$(timeout 60 squeue --noheader --format '%i' | head -n 1)
timeout 60 scancel "$busy"
wait_ended "$busy"
passed "two jobs on one run directory: the second is refused"

# USR1 is lost: the job knows its end from the scheduler.
job=$(SLURM_JOB_END_TIME=$(($(date +%s) + 75)) submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$U/lost")
wait_for "$job" logged "$job" 'requeued (restart 1)'
says "$job" 'time limit: saved'
timeout 60 scancel "$job"
passed "a lost USR1: saved by the end time"

# A program that crashes at its start does not loop.
mkdir "$U/bin"
cp "$BIN"/srl_* "$U/bin"
printf '#!/bin/bash\nkill -SEGV $$\n' >"$U/bin/srl_train"
job=$(SRL_BIN=$U/bin; export SRL_BIN; cd "$U" && timeout 60 setpriv --reuid=65534 --regid=65534 --clear-groups sbatch --parsable "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run "$U/crash")
ends_as "$job" FAILED
[[ $(grep -c 'start 1, in' "$(log_of "$job")") -eq 1 ]] || fail "it started again: $(tail_of "$job")"
says "$job" 'ended with exit code'
passed "a crash at the start does not loop"
