#!/usr/bin/env bash
# Runs sbatch slurm/srl_train.sh on a small cluster that is emulated on this machine: USR1 to the batch
# script, as before a time limit, a checkpoint, the requeue, the resume and the finish. The weights equal
# those of an uninterrupted run. Then tests a cancelled job, which must not come back, slurm/srl_prep.sh, and
# slurm/srl_eval.sh as an array.
#   train_requeue.sh BUILD_FOLDER
set -euo pipefail
command -v slurmctld >/dev/null || PATH=$PATH:/usr/sbin:/usr/local/sbin
for program in slurmctld slurmd munged sbatch unshare; do
  command -v "$program" >/dev/null || { echo "skipped: $program is not installed (env/setup.sh --slurm)"; exit 77; }
done
[[ $(id -u) -eq 0 ]] || { echo "skipped: emulating nodes needs root"; exit 77; }
unshare --mount --uts --ipc --pid --fork true 2>/dev/null || { echo "skipped: this machine does not allow new namespaces (unshare fails)"; exit 77; }
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../training/common.sh"   # $1 = build folder; makes $WORK/model and $WORK/data
chmod 755 "$WORK"   # munged needs access to every folder above its socket
CLUSTER=$WORK/cluster
export SLURM_EMU_PORT=$((20000 + RANDOM % 9000)) SRL_ROOT=$SOURCE SRL_BIN=$BIN SRL_MINI=$WORK/example
finish() { SLURM_CONF=$CLUSTER/etc/slurm.conf bash "$here/slurm-down.sh" "$CLUSTER" >/dev/null 2>&1 || true; rm -rf "$WORK"; }
trap finish EXIT
SLURM_EMU_MEM=9000 bash "$here/slurm-up.sh" "$CLUSTER" 2 2 1 || fail "the emulated cluster did not start"
export SLURM_CONF=$CLUSTER/etc/slurm.conf
cd "$WORK"

TRAIN=(--data "$WORK/data" --model "$WORK/model" --threads 1 --instance.chat_template chatml --instance.think_prefill off --instance.max_prompt_tokens 900
  --signal.kind likelihood --training.thought none --sampling.max_new_tokens 400 --training.prompts_per_update 2 --training.learning_rate 1e-3
  --training.max_tokens_per_pack 2000 --checkpoint.every_updates 0)
submit() { timeout 120 sbatch --parsable "$@"; }
# Prints the job's state. UNKNOWN when the controller does not answer in time, GONE when it no longer knows
# the job.
state() {
  local text
  text=$(timeout 120 scontrol show job "$1" 2>&1) || { [[ $text == *"Invalid job id"* ]] && echo GONE || echo UNKNOWN; return 0; }
  grep -o 'JobState=[A-Z_]*' <<<"$text" | head -n 1 | cut -d= -f2
}
gone() { [[ $(state "$1") =~ ^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|GONE)$ ]]; }   # has ended for good
wait_for() {  # wait_for JOB COMMAND…: waits until COMMAND succeeds; fails when the job ends before
  local job=$1; shift
  until "$@"; do
    if gone "$job"; then "$@" && return; fail "job $job ended before this succeeded: $*; end of its log: $(tail -5 "$WORK"/*_"$job"*.log)"; fi
    sleep 0.2
  done
}
wait_gone() { until gone "$1"; do sleep 0.5; done; }
set_updates() { printf '[training]\nupdates = %d\n' "$1" >"$WORK/updates.ini"; }   # a requeued job reads it again
resumed() { grep -qs 'resumed from' "$WORK/srl_train_$1.log"; }
released() {  # the job is in the queue again, and its node has ended the previous start
  [[ $(state "$1") == PENDING ]] && timeout 120 squeue --noheader --jobs "$1" --format %T | grep -qx PENDING
}
resumes() {  # starts the job now, instead of after the requeue delay
  timeout 120 scontrol update JobId="$1" StartTime=now 2>/dev/null || true
  resumed "$1"
}

set_updates $ENDLESS
job=$(submit "$SOURCE/slurm/srl_train.sh" "${TRAIN[@]}" --config "$WORK/updates.ini" --run "$WORK/run")
wait_for "$job" has_updates "$WORK/run" 5
timeout 120 scancel --signal=USR1 --batch "$job"
wait_for "$job" grep -qs requeued "$WORK/srl_train_$job.log"
UPDATES=$(updates_after "$WORK/run")
set_updates $UPDATES
wait_for "$job" released "$job"
# The node revokes the credential of the previous start. If the job starts in the same second, Slurm fails the
# job.
sleep 2
wait_for "$job" resumes "$job"
wait_gone "$job"
grep -qx state=finished "$WORK/run/STATUS" || fail "job $job is $(state "$job"), STATUS $(tr '\n' ' ' <"$WORK/run/STATUS"), its log: $(tail -20 "$WORK/srl_train_$job.log")"
grep -qx 'restart=1' "$WORK/run/STATUS" || fail "STATUS does not have restart=1: $(cat "$WORK/run/STATUS")"

straight=$(submit "$SOURCE/slurm/srl_train.sh" "${TRAIN[@]}" --training.updates $UPDATES --run "$WORK/straight")
wait_gone "$straight"
grep -q '^result=ok ' "$WORK/srl_train_$straight.log" || fail "no check before the job: $(cat "$WORK/srl_train_$straight.log")"
[[ -f $WORK/straight/STATUS ]] || fail "no STATUS: $(tail -5 "$WORK/srl_train_$straight.log")"
status_is "$WORK/straight" finished
same_model "$WORK/straight" "$WORK/run"
echo "saved on USR1, requeued, resumed, finished with the same weights"

job=$(submit "$SOURCE/slurm/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run "$WORK/cancelled")
wait_for "$job" has_updates "$WORK/cancelled" 3
timeout 120 scancel "$job"
wait_gone "$job"
sleep 8   # in this time a wrong requeue would happen
[[ $(state "$job") == CANCELLED || $(state "$job") == FAILED ]] || fail "a cancelled job came back: $(state "$job")"
echo "a cancelled job did not come back; STATUS: $(head -2 "$WORK/cancelled/STATUS" | tr '\n' ' ')"

nothing=$(submit "$SOURCE/slurm/srl_train.sh" "${TRAIN[@]}" --model "$WORK/nothing" --run "$WORK/none")
wait_gone "$nothing"
[[ $(state "$nothing") == FAILED && ! -e $WORK/none ]] || fail "a job without its model is $(state "$nothing")"
tr -s ' \n' ' ' <"$WORK/srl_train_$nothing.log" | grep -q 'nothing/config.json cannot be read' ||   # a table wraps long lines
  fail "the check does not say what is missing: $(tail -20 "$WORK/srl_train_$nothing.log")"
echo "the check ended a job without its model"

prep=$(submit "$SOURCE/slurm/srl_prep.sh")
wait_gone "$prep"
cmp "$WORK/example/data/shards/shard_00000.h5" <(
  ranks 1 "$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 500 --synthetic.validation 100 --synthetic.test 200 --seed 1 --output "$WORK/again" 2>/dev/null
  cat "$WORK/again/shards/shard_00000.h5") || fail "shards made under Slurm differ from those made without Slurm"
evaluation=$(submit --array=0-1 "$SOURCE/slurm/srl_eval.sh" --model "$WORK/run/export" --input "$SOURCE/data_prep/example/benchmark.jsonl" \
  --output "$WORK/results/mini" --limit 6 --instance.chat_template chatml --sampling.greedy on --sampling.max_new_tokens 8)
wait_gone "$evaluation"
[[ $(cat "$WORK"/results/mini/records_0000[01].jsonl | wc -l) -eq 6 ]] || fail "the array did not write 6 records: $(tail -4 "$WORK"/srl_eval_*.log)"
"$BIN/srl_report" "$WORK/results" | grep -q benchmark || fail "srl_report printed no table"
echo "array of two tasks evaluated; table made"
