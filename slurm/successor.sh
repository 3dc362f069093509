# A new job like this one, for sites without requeue (SRL_REQUEUE=successor). Sourced by lifecycle.sh.

# job_options: sets `options` to the resources of this job, as options of sbatch, and `without_slurm` to options of env
# that keep this job's variables from sbatch.
job_options() {
  local name value output
  without_slurm=()
  for name in $(compgen -e SLURM_); do [[ $name == SLURM_CONF ]] || without_slurm+=(-u "$name"); done
  options=(--job-name="$SLURM_JOB_NAME" --nodes="${SLURM_JOB_NUM_NODES:-1}" --ntasks="${SLURM_NTASKS:-1}")
  while read -r name value; do
    value=$(fact "$value")
    value=${value#gres:} value=${value//,gres:/,}
    [[ -z $value || $value == 0 ]] || options+=("--$name=$value")
  done <<'FACTS'
partition Partition
account Account
qos QOS
time TimeLimit
cpus-per-task CPUs/Task
mem MinMemoryNode
mem-per-cpu MinMemoryCPU
exclude ExcNodeList
reservation Reservation
constraint Features
licenses Licenses
gres TresPerNode
FACTS
  [[ -z ${SLURM_NTASKS_PER_NODE:-} ]] || options+=(--ntasks-per-node="$SLURM_NTASKS_PER_NODE")
  [[ -z ${SLURM_GPUS_PER_TASK:-} ]] || options+=(--gpus-per-task="$SLURM_GPUS_PER_TASK")
  [[ -z ${SLURM_GPUS:-} || -n ${SLURM_GPUS_PER_TASK:-} ]] || options+=(--gpus="$SLURM_GPUS")
  [[ $(fact OverSubscribe) != NO ]] || options+=(--exclusive)
  [[ -z ${SLURM_ARRAY_TASK_ID:-} ]] || options+=(--array="$SLURM_ARRAY_TASK_ID")
  output=$(timeout 30 scontrol show job "$task" 2>/dev/null | sed -n 's/^ *StdOut=//p' | head -n 1)
  [[ -z $output || $output == /dev/null ]] || options+=(--output="$output" --open-mode=append)
  read -ra value <<<"${SRL_SUCCESSOR_OPTIONS:-}"
  options+=("${value[@]}")
}

# submit_successor WHY: a new job with the same name, resources and arguments starts after this one, and jobs that wait
# for this one wait for the new one instead.
submit_successor() {
  local options without_slurm name value new line
  job_options
  new=$(SRL_SUCCESSORS=$((${SRL_SUCCESSORS:-0} + 1)) timeout 60 env "${without_slurm[@]}" sbatch --parsable --dependency=singleton "${options[@]}" "$SRL_ROOT/slurm/$SRL_SCRIPT" "${SRL_ARGUMENTS[@]}") ||
    die "$1, but its successor was refused; submit the job again to resume"
  new=${new%%;*}
  while IFS='|' read -r name value; do
    line=$(sed -E "s/\((un|)fulfilled\)//g; s/:${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}(_\*)?\b/:$new/g" <<<"$value")
    [[ $line == "$value" || $line != *":$new"* ]] || ask update JobId="$name" Dependency="$line"
  done < <(timeout 60 squeue --noheader --user "$(id -un)" --states PENDING --format '%i|%E')
  say "$1; job $new resumes it after this job (successor $((${SRL_SUCCESSORS:-0} + 1)))"
}
