# Sourced by the batch scripts and by the drivers in studies/: where things are, how ranks start, and the STATUS rules.
# SRL_ROOT must be set to the source folder.
set -uo pipefail
SRL_BIN=${SRL_BIN:-$SRL_ROOT/build/cpu-release/bin}
# Modules and addresses of your site go there; git ignores it.
[[ -f $SRL_ROOT/slurm/site.sh ]] && source "$SRL_ROOT/slurm/site.sh"

say() { printf '%s %s: %s\n' "$(date -u +%FT%TZ)" "${SLURM_JOB_NAME:-local}" "$*" >&2; }
die() { say "$*"; exit 1; }
need_program() { [[ -x $SRL_BIN/$1 ]] || die "$SRL_BIN/$1 is missing: build first (README), or set SRL_BIN"; }

# Nodes that are all this one machine (a cluster emulated for tests) talk over the loopback device.
if [[ -n ${SLURM_JOB_ID:-} ]] && ! timeout 10 scontrol show node "${SLURM_JOB_NODELIST:-}" 2>/dev/null | grep -o 'NodeAddr=[^ ]*' | grep -qv '=127\.'; then
  export OMPI_MCA_btl_tcp_if_include=${OMPI_MCA_btl_tcp_if_include:-lo} OMPI_MCA_mpi_yield_when_idle=1
fi

# status_field STATUS state: a field of a STATUS file, or of the one in a run directory.
status_field() {
  local file=$1
  [[ -d $file ]] && file=$file/STATUS
  [[ -f $file ]] && sed -n "s/^$2=//p" "$file" | head -n 1
}
finished() { [[ $(status_field "$1" state) == finished ]]; }
# word_after NAME WORDS… : the value that the words give to option NAME; the last one counts.
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
# Time is nearly up: every rank of the running step learns it. Without --batch scancel reaches the step, not this shell.
on_usr1() { say "USR1: asking the ranks to save"; [[ -n $step_pid ]] && timeout 20 scancel --signal=USR1 "$SLURM_JOB_ID" 2>/dev/null; }
on_term() { cancelled=1; say "TERM: this job does not come back"; [[ -n $step_pid ]] && kill -TERM "$step_pid" 2>/dev/null; }

# Runs one step over all tasks of the job and waits for it, signals or not; returns the step's exit code.
run_step() {
  trap on_usr1 USR1
  trap on_term TERM
  srun ${SRL_SRUN_OPTIONS:---mpi=pmix} --kill-on-bad-exit=1 "$@" &
  step_pid=$!
  local code
  while true; do
    wait "$step_pid"; code=$?
    kill -0 "$step_pid" 2>/dev/null || break   # a trapped signal ends `wait` early; the step goes on
  done
  wait "$step_pid" 2>/dev/null && code=0
  step_pid=''
  return "$code"
}

# preflight WORDS OF THE JOB… : a few seconds that find a bad node, option or path before the job does. SRL_PREFLIGHT=off leaves it out.
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
  [[ -n $nodes && $nodes != - ]] && say "bad nodes: $nodes (to go on without them: sbatch --exclude=$nodes …)"
  die "the check before the job failed (exit code $code); SRL_PREFLIGHT=off skips it"
}

# by_status RUN: after a step, by its STATUS (a file or a run directory): finished -> return 0; saved -> back into the queue; else exit 1.
by_status() {
  local run=$1 state
  state=$(status_field "$run" state)
  case $state in
    finished) return 0 ;;
    saved)
      ((cancelled)) && die "cancelled after a checkpoint; submit again to go on"
      say "saved at $(status_field "$run" update); requeued (restart $(( ${SLURM_RESTART_COUNT:-0} + 1 )))"
      trap 'exit 0' TERM   # Slurm's way of ending this life of the job
      timeout 30 scontrol requeue "$SLURM_JOB_ID" || die "requeue refused; submit again to go on from the checkpoint"
      sleep 60; exit 0 ;;   # Slurm ends this script when the requeue takes effect
    *) die "ended with state '${state:-none}' ($(status_field "$run" reason)) in $run; its messages are above" ;;
  esac
}
