# Sourced by the tests on an emulated cluster, after $1 = build folder is known: starts the cluster and defines helpers.
# Jobs run as an ordinary user (nobody) under root's daemons.
set -euo pipefail
command -v slurmctld >/dev/null || PATH=$PATH:/usr/sbin:/usr/local/sbin
for program in slurmctld slurmd munged sbatch unshare setpriv; do
  command -v "$program" >/dev/null || { echo "skipped: $program is not installed (env/setup.sh --slurm)"; exit 77; }
done
[[ $(id -u) -eq 0 ]] || { echo "skipped: emulating nodes needs root"; exit 77; }
unshare --mount --uts --ipc --pid --fork true 2>/dev/null || { echo "skipped: this machine does not allow new namespaces (unshare fails)"; exit 77; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/../training/shared/common.sh"   # $1 = build folder; makes $WORK/model and $WORK/data
setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$BIN/srl_check" || { echo "skipped: an ordinary user cannot read $BIN"; exit 77; }
CLUSTER=$WORK/cluster
export SRL_PRESET=${BUILD##*/}   # the batch scripts look for build/PRESET/bin
export SLURM_EMU_PORT=$((20000 + RANDOM % 9000))
finish() {
  local code=$?
  [[ $code -eq 0 || -z ${KEEP_LOGS:-} ]] || cp -r "$WORK" "$KEEP_LOGS"
  SLURM_CONF=$CLUSTER/etc/slurm.conf bash "$here/slurm-down.sh" "$CLUSTER" >/dev/null 2>&1 || true
  rm -rf "$WORK"
}
trap finish EXIT
mkdir "$WORK/user" "$WORK/user/home"
chown -R 65534:65534 "$WORK/user"
chmod 755 "$WORK"   # munged needs access to every folder above its socket
U=$WORK/user
cluster_up() {   # cluster_up NODES CPUS [GPUS]: also restores nodes that lost their power
  SLURM_EMU_MEM=${SLURM_EMU_MEM:-9000} bash "$here/slurm-up.sh" "$CLUSTER" "$1" "$2" "${3:-1}" || fail "the emulated cluster did not start"
  export SLURM_CONF=$CLUSTER/etc/slurm.conf
}
as_user() { timeout 120 setpriv --reuid=65534 --regid=65534 --clear-groups env -u SRL_ROOT -u SRL_BIN HOME="$U/home" USER=nobody LOGNAME=nobody "$@"; }
on_node() { nsenter --target "$(<"$CLUSTER/run/$1.pid")" --mount "${@:2}"; }   # on_node NODE COMMAND…: with the mounts of the node
# submit [OPTIONS] SCRIPT ARGUMENTS: from the user's folder; prints the job's number.
submit() { (cd "${FROM:-$U}" && as_user sbatch --parsable "$@"); }

# Prints the job's state. UNKNOWN when the controller does not answer in time, GONE when it no longer knows the job.
state() {
  local text
  text=$(timeout 120 scontrol show job "$1" 2>&1) || { [[ $text == *"Invalid job id"* ]] && echo GONE || echo UNKNOWN; return 0; }
  grep -o 'JobState=[A-Z_]*' <<<"$text" | cut -d= -f2 | sort -u | tr '\n' ' ' | sed 's/ $//'
}
ended() { [[ $(state "$1") =~ ^((COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|GONE) ?)+$ ]]; }   # has ended for good
log_of() { find "$U" -name "*_$1.log" | head -n 1; }
logged() { grep -qs "$2" "$(log_of "$1")"; }   # logged JOB TEXT
tail_of() { echo "job $1 is $(state "$1"); end of its log:"; tail -n "${2:-15}" "$(log_of "$1")" 2>/dev/null; }
wait_for() {  # wait_for JOB COMMAND…: waits until COMMAND succeeds; fails when the job ends before
  local job=$1; shift
  until "$@"; do
    if ended "$job"; then "$@" && return; fail "job $job ended before this succeeded: $*; $(tail_of "$job")"; fi
    sleep 0.3
  done
}
wait_ended() { local job; for job in "$@"; do until ended "$job"; do sleep 0.4; done; done; }
ends_as() { wait_ended "$1"; [[ $(state "$1") == "$2" ]] || fail "job $1 should end as $2: $(tail_of "$1" 30)"; }   # ends_as JOB STATE
says() { logged "$1" "$2" || fail "the log of job $1 does not say '$2': $(tail_of "$1" 40)"; }
# A requeued job starts now, instead of after Slurm's delay, once its node has ended the previous start. If it starts in
# the same second, Slurm fails the job.
in_queue() { [[ $(state "$1") == PENDING ]] && timeout 60 squeue --noheader --jobs "$1" --format %T | grep -q PENDING; }
start_now() { wait_for "$1" in_queue "$1"; sleep 2; timeout 60 scontrol update JobId="$1" StartTime=now; }
passed() { echo "ok after $SECONDS s: $*"; }

# A small training run; all lines of a preset, so that single tests change only what they are about.
TRAIN=(--data "$WORK/data" --model "$WORK/model" --threads 1 --instance.chat_template chatml --instance.think_prefill off --instance.max_prompt_tokens 900
  --signal.kind likelihood --training.thought none --sampling.max_new_tokens 400 --training.prompts_per_update 2 --training.learning_rate 1e-3
  --training.max_tokens_per_pack 2000)
OFTEN=("${TRAIN[@]}" --checkpoint.every_updates 5) TRAIN+=(--checkpoint.every_updates 0)
# trained_with OPTION VALUE: TRAIN with another value of an option that it has; sets OTHER.
trained_with() {
  local i
  OTHER=("${TRAIN[@]}")
  for i in "${!OTHER[@]}"; do [[ ${OTHER[i]} != "$1" ]] || OTHER[i + 1]=$2; done
}
EVAL=(--model "$WORK/model" --input "$SOURCE/data_prep/example/benchmark.jsonl" --instance.chat_template chatml --sampling.greedy on --sampling.max_new_tokens 8 --threads 1)
SLURM=$SOURCE/slurm

# For runs that are interrupted: a training run whose number of updates is in a file, which a requeued job reads again.
updates() { printf '[training]\nupdates = %d\n' "$1" >"$U/$2.ini"; }
begin() {  # begin NAME [SBATCH_OPTIONS] : sets job, once it has some updates
  local name=$1; shift
  updates $ENDLESS "$name"
  job=$(submit -N 2 -n 2 "$@" "$SLURM/srl_train.sh" "${OFTEN[@]}" --config "$U/$name.ini" --run "$U/$name" --comm.watchdog_seconds 20)
  wait_for "$job" has_updates "$U/$name" 12
}
end_soon() { updates "$(($(updates_of "$U/$1") + 40))" "$1"; }
# The run continues to its end, and every update is there once.
completes() {  # completes NAME JOB
  ends_as "$2" COMPLETED
  status_is "$U/$1" finished
  [[ $(grep -o '"update":[0-9]*' "$U/$1/metrics.jsonl" | sort -u | wc -l) -eq $(updates_of "$U/$1") ]] || fail "$1: an update is there twice"
  [[ $(sed -n 's/^updates = //p' "$U/$1.ini") -eq $(updates_of "$U/$1") ]] || fail "$1: updates are missing"
}
