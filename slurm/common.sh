# Sourced by the batch scripts and by the drivers in studies/: paths, how to start ranks, and how to act on STATUS.
# SRL_ROOT must be set to the source folder.
set -uo pipefail
SRL_BIN=${SRL_BIN:-$SRL_ROOT/build/cpu-release/bin}
# slurm/site.sh is for the modules and settings of your site; git ignores it.
[[ -f $SRL_ROOT/slurm/site.sh ]] && source "$SRL_ROOT/slurm/site.sh"

say() { printf '%s %s: %s\n' "$(date -u +%FT%TZ)" "${SLURM_JOB_NAME:-local}" "$*" >&2; }
die() { say "$*"; exit 1; }
need_program() { [[ -x $SRL_BIN/$1 ]] || die "$SRL_BIN/$1 is missing: build first (README), or set SRL_BIN"; }

# If all nodes are this one machine (a cluster emulated for tests), MPI uses the loopback device.
if [[ -n ${SLURM_JOB_ID:-} ]] && ! timeout 10 scontrol show node "${SLURM_JOB_NODELIST:-}" 2>/dev/null | grep -o 'NodeAddr=[^ ]*' | grep -qv '=127\.'; then
  export OMPI_MCA_btl_tcp_if_include=${OMPI_MCA_btl_tcp_if_include:-lo} OMPI_MCA_mpi_yield_when_idle=1
fi

# status_field PATH NAME: prints a field (for example `state`) of a STATUS file, or of STATUS in a run directory.
status_field() {
  local file=$1
  [[ -d $file ]] && file=$file/STATUS
  [[ -f $file ]] && sed -n "s/^$2=//p" "$file" | head -n 1
}
finished() { [[ $(status_field "$1" state) == finished ]]; }
# word_after NAME ARGUMENTS… : prints the value of option NAME in the arguments; the last one counts.
word_after() {
  local name=$1 value='' previous='' word
  shift
  for word in "$@"; do
    [[ $previous == "$name" ]] && value=$word
    [[ $word == "$name="* ]] && value=${word#"$name="}
    previous=$word
  done
  printf '%s' "$value"
}

step_pid='' cancelled=0
# The time limit is near: signal every rank of the running step. Without --batch, scancel signals the step, not this
# shell.
on_usr1() { say "USR1: asking the ranks to save"; [[ -n $step_pid ]] && timeout 20 scancel --signal=USR1 "$SLURM_JOB_ID" 2>/dev/null; }
on_term() { cancelled=1; say "TERM: this job will not be requeued"; [[ -n $step_pid ]] && kill -TERM "$step_pid" 2>/dev/null; }

# Runs one step over all tasks of the job and waits until it ends, also when signals arrive. Returns its exit code.
run_step() {
  trap on_usr1 USR1
  trap on_term TERM
  srun ${SRL_SRUN_OPTIONS:---mpi=pmix} --kill-on-bad-exit=1 "$@" &
  step_pid=$!
  local code
  while true; do
    wait "$step_pid"; code=$?
    kill -0 "$step_pid" 2>/dev/null || break   # a trapped signal ends `wait` early, but the step still runs
  done
  wait "$step_pid" 2>/dev/null && code=0
  step_pid=''
  return "$code"
}

# preflight ARGUMENTS OF THE JOB… : a check of a few seconds that finds a bad node, option or path before the job
# starts. SRL_PREFLIGHT=off skips it.
preflight() {
  [[ ${SRL_PREFLIGHT:-on} == off ]] && return 0
  need_program srl_check
  local output code line
  output=$(mktemp)
  run_step "$SRL_BIN/srl_check" --quick "$@" >"$output"; code=$?
  cat "$output"
  line=$(grep '^result=' "$output" | tail -n 1); rm -f "$output"
  ((code == 0)) && return 0
  local nodes
  nodes=$(sed -n 's/.* bad_nodes=\([^ ]*\).*/\1/p' <<<"$line")
  [[ -n $nodes && $nodes != - ]] && say "bad nodes: $nodes (to run without them: sbatch --exclude=$nodes …)"
  die "the check before the job failed (exit code $code), see the output above; SRL_PREFLIGHT=off skips this check"
}

# by_status RUN: acts on STATUS (a file or a run directory) after a step. finished -> return 0; saved -> requeue the job;
# other states -> exit 1.
by_status() {
  local run=$1 state
  state=$(status_field "$run" state)
  case $state in
    finished) return 0 ;;
    saved)
      ((cancelled)) && die "cancelled after a checkpoint; submit the job again to resume"
      say "saved at $(status_field "$run" update); requeued (restart $(( ${SLURM_RESTART_COUNT:-0} + 1 )))"
      trap 'exit 0' TERM   # Slurm ends this script with TERM when it requeues the job
      timeout 30 scontrol requeue "$SLURM_JOB_ID" || die "Slurm refused to requeue; submit the job again to resume from the checkpoint"
      sleep 60; exit 0 ;;
    *) die "$run ended with state '${state:-none}' ($(status_field "$run" reason)); see the messages above" ;;
  esac
}
