# The library of the batch scripts, also sourced by the drivers in studies/: paths, settings, logs, and how to start
# ranks. What happens at the end of a job is in lifecycle.sh.
set -uo pipefail
SRL_ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)   # also when slurm/ is a link

say() { printf '%s %s: %s\n' "$(date -u +%FT%TZ)" "${SLURM_JOB_NAME:-local}" "$*" >&2; }
die() { say "$*"; exit 1; }

# Settings of the site and of the user (docs/cluster.md, "Settings"); the first file that exists counts.
for srl_site in "${SRL_SITE:-}" "$SRL_ROOT/slurm/site.sh" "${XDG_CONFIG_HOME:-${HOME:-/}/.config}/srl/site.sh"; do
  # shellcheck source=/dev/null
  [[ -f $srl_site ]] && { source "$srl_site"; break; }
done
# The executables: SRL_BIN, else those of the container, of a build in the source folder, or of the installation.
if [[ -z ${SRL_BIN:-} && -n ${SRL_CONTAINER:-} ]]; then SRL_BIN=/opt/srl/build/${SRL_PRESET:-cpu-release}/bin; fi   # env/srl.def
if [[ -z ${SRL_BIN:-} ]]; then
  for SRL_BIN in "$SRL_ROOT"/build/{${SRL_PRESET:-cpu-release},cuda-release}/bin "$SRL_ROOT/../../bin" "$SRL_ROOT/build/cpu-release/bin"; do
    [[ -x $SRL_BIN/srl_check ]] && break
  done
fi
need_program() {
  if [[ -z ${SRL_CONTAINER:-} ]]; then
    [[ -x $SRL_BIN/$1 ]] || die "$SRL_BIN/$1 is missing: build first (README), or set SRL_BIN"
  else   # it is in the image
    [[ -e $SRL_CONTAINER || $SRL_CONTAINER == *://* ]] || die "SRL_CONTAINER: there is no image $SRL_CONTAINER"
    command -v "${SRL_CONTAINER_COMMAND:-apptainer}" >/dev/null || die "SRL_CONTAINER needs ${SRL_CONTAINER_COMMAND:-apptainer}, which is not in PATH: load its module in the site file, or set SRL_CONTAINER_COMMAND"
  fi
}

# status_field PATH NAME: prints a field (for example `state`) of a STATUS file, or of STATUS in a run directory.
status_field() {
  local file=$1
  [[ -d $file ]] && file=$file/STATUS
  [[ -f $file ]] && sed -n "s/^$2=//p" "$file" | head -n 1
}
finished() { [[ $(status_field "$1" state) == finished ]]; }
# word_after NAME ARGUMENTS… : prints the value of option NAME in the arguments.
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

# without NAME ARGUMENTS… : sets `rest` to the arguments without option NAME and its values. An option given twice with
# different values is refused, so what a script sets replaces what was there.
without() {
  local name=$1 skipping=0 word
  shift
  rest=()
  for word in "$@"; do
    case $word in
      "$name" | "$name="*) skipping=1; continue ;;
      --*) skipping=0 ;;
    esac
    ((skipping)) || rest+=("$word")
  done
}

# The name of this job for scancel and scontrol. SLURM_JOB_ID of the last task of an array is the number of the whole
# array.
task=${SLURM_JOB_ID:-}
[[ -n ${SLURM_ARRAY_JOB_ID:-} && -n ${SLURM_ARRAY_TASK_ID:-} ]] && task=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
# fact NAME: prints a field of `scontrol show job`; nothing when it is empty or the controller does not answer.
fact() {
  local value
  value=$(timeout 30 scontrol show job "$task" 2>/dev/null | grep -oE "(^| )$1=[^ ]*" | head -n 1)
  value=${value#*=}
  [[ $value == '(null)' || $value == None || $value == Unknown ]] || printf '%s' "$value"
}

# Opens the log of the job, logs/NAME_PROGRAM_JOB.log, and sets the end time. The `#SBATCH` head discards the output,
# because Slurm does not make the folder; an --output that the user gave is kept.
begin_job() {  # begin_job SCRIPT PROGRAM ARGUMENTS…
  SRL_SCRIPT=$1 SRL_PROGRAM=$2 SRL_ARGUMENTS=("${@:3}")
  shift 2
  [[ -n $task ]] || { need_program "$SRL_PROGRAM"; return 0; }
  local folder label=${SLURM_JOB_NAME:-$SRL_PROGRAM} run
  run=$(word_after --run "$@") run=${run:-$(word_after --output "$@")}
  label=${label//[^A-Za-z0-9._=@+-]/_}
  [[ $label == *"${SRL_PROGRAM#srl_}"* ]] || label=${label}_$SRL_PROGRAM
  if [[ $(readlink /proc/self/fd/2) == /dev/null ]]; then
    for folder in "${SRL_LOGS:-logs}" "${run:-.}/logs" "${TMPDIR:-/tmp}"; do
      mkdir -p "$folder" 2>/dev/null && [[ -w $folder ]] && exec >>"$folder/${label}_$task.log" 2>&1 && break
    done
  fi
  need_program "$SRL_PROGRAM"
  say "job $task on ${SLURM_JOB_NODELIST:-?}, start $((${SLURM_RESTART_COUNT:-0} + 1)), in $PWD"
  set_end_time
  trap on_usr1 USR1
  trap on_term TERM
  # If all nodes are this one machine (a cluster emulated for tests), MPI uses the loopback device.
  if ! timeout 30 scontrol show node "${SLURM_JOB_NODELIST:-}" 2>/dev/null | grep -o 'NodeAddr=[^ ]*' | grep -qv '=127\.'; then
    export OMPI_MCA_btl_tcp_if_include=${OMPI_MCA_btl_tcp_if_include:-lo} OMPI_MCA_mpi_yield_when_idle=1
  fi
  set_network
}

# Settings of Open MPI and NCCL for the network (SRL_FABRIC, SRL_INTERFACE). Variables that are set already count.
set_network() {
  local name value
  while read -r name value; do
    [[ -z $name || -n ${!name:-} ]] || export "$name=$value"
  done < <(
    [[ -z ${SRL_INTERFACE:-} ]] || printf '%s %s\n' OMPI_MCA_btl_tcp_if_include "$SRL_INTERFACE" NCCL_SOCKET_IFNAME "$SRL_INTERFACE"
    case ${SRL_FABRIC:-} in
      infiniband) printf '%s %s\n' OMPI_MCA_pml ucx NCCL_NET IB NCCL_SOCKET_IFNAME ib ;;
      slingshot) printf '%s %s\n' OMPI_MCA_pml cm OMPI_MCA_mtl ofi NCCL_NET 'AWS Libfabric' NCCL_SOCKET_IFNAME hsn FI_CXI_DISABLE_HOST_REGISTER 1 ;;
      ethernet) printf '%s %s\n' OMPI_MCA_pml ob1 OMPI_MCA_btl ^openib NCCL_NET Socket ;;
    esac)
  [[ ${SRL_FABRIC:-ethernet} =~ ^(infiniband|slingshot|ethernet)$ ]] || die "SRL_FABRIC=$SRL_FABRIC: it is infiniband, slingshot or ethernet"
}

# The jobs save by themselves before this time, in case that USR1 is lost. The earlier one of the variable (it may be
# left over from another job) and of what the scheduler says.
set_end_time() {
  local now given=${SLURM_JOB_END_TIME:-0} known
  now=$(date +%s)
  known=$(date -d "$(fact EndTime)" +%s 2>/dev/null) || known=0
  [[ $given =~ ^[0-9]+$ ]] && ((given > now)) || given=0
  ((known > now && (given == 0 || known < given))) && given=$known
  if ((given)); then export SLURM_JOB_END_TIME=$given; else unset SLURM_JOB_END_TIME; fi
}

# The container that the programs run in: the array `container`, empty without one.
set_container() {
  local options
  read -ra options <<<"${SRL_CONTAINER_OPTIONS:-}"
  container=()
  [[ -z ${SRL_CONTAINER:-} ]] || container=("${SRL_CONTAINER_COMMAND:-apptainer}" exec "${options[@]}" "$SRL_CONTAINER")
}
# The launcher of one step over all tasks of the job, and the container.
set_launcher() {  # set_launcher KILL: sets the array `launcher`; KILL = 1 ends all ranks when one fails
  local options container
  if [[ ${SRL_LAUNCHER:-srun} == mpirun ]]; then
    read -ra options <<<"${SRL_MPIRUN_OPTIONS:-}"
    launcher=(mpirun "${options[@]}" -n "${SLURM_NTASKS:-1}")
  else
    read -ra options <<<"${SRL_SRUN_OPTIONS:---mpi=pmix}"
    launcher=(srun "${options[@]}" --kill-on-bad-exit="$1")
    # srun does not take the number of cores over from the job (Slurm 22.05 and later).
    [[ -n ${SLURM_CPUS_PER_TASK:-} ]] && launcher+=(--cpus-per-task="$SLURM_CPUS_PER_TASK")
  fi
  set_container
  launcher+=("${container[@]}")
}
# The launcher of one command on each node, outside the container.
set_node_launcher() {
  if [[ ${SRL_LAUNCHER:-srun} == mpirun ]]; then launcher=(mpirun --map-by ppr:1:node -n "${SLURM_JOB_NUM_NODES:-1}")
  else launcher=(srun --mpi=none --ntasks="${SLURM_JOB_NUM_NODES:-1}" --ntasks-per-node=1 --kill-on-bad-exit=1); fi
}

step_pid='' signalled=0 saving=0 terminated=0
on_usr1() { signalled=1 saving=1; say "USR1: asking the ranks to save"; signal_step USR1; }
on_term() { signalled=1 terminated=1; say "TERM: the job is being ended"; signal_step TERM; }
# Without --batch, scancel signals the ranks, not this shell. Without a controller, srun and mpirun pass signals on.
signal_step() {
  [[ -n $step_pid ]] || return 0
  if [[ $1 == USR1 && ${SRL_LAUNCHER:-srun} == srun ]]; then timeout 20 scancel --signal=USR1 "$task" 2>/dev/null && return 0; fi
  kill -"$1" "$step_pid" 2>/dev/null
}

# Runs one step over all tasks of the job. Returns its exit code.
run_step() {
  local launcher
  set_launcher "${kill_all:-1}"
  run_command "${launcher[@]}" "$@"
}
# Runs a command and waits until it ends, also when signals arrive. Returns its exit code.
run_command() {
  local code='' last
  trap on_usr1 USR1
  trap on_term TERM
  "$@" </dev/null &
  step_pid=$! signalled=1
  while ((signalled)); do   # a trapped signal ends `wait` early, but the step still runs
    signalled=0
    wait "$step_pid"; last=$?
    # 127: the shell has given the exit code to an earlier `wait`, or the program does not exist.
    [[ $last == 127 && -n $code ]] || code=$last
  done
  step_pid=''
  return "$code"
}
