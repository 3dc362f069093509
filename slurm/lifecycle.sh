# How a job ends, sourced by the batch scripts after common.sh: the check before the job, saved -> requeue,
# finished -> 0, failed -> not 0 (docs/cluster.md, "The time limit").
source "$SRL_ROOT/slurm/experiment.sh"
source "$SRL_ROOT/slurm/staging.sh"
source "$SRL_ROOT/slurm/successor.sh"

# ask COMMAND… : scontrol with patience, because the controller may be restarting.
ask() {
  local tries text
  for ((tries = 0; tries < 10; tries++)); do
    text=$(timeout 30 scontrol "$@" 2>&1) && return 0
    [[ $text =~ (ontact|onnect|imed out|ocket) || -z $text ]] || break
    sleep 5
  done
  say "scontrol $1: ${text##*error: }"
  return 1
}

# Slurm ends this script with TERM when the job goes back to the queue.
left=0
leave_to_slurm() {
  local second
  trap left=1 TERM
  for ((second = 0; second < 900 && !left; second++)); do
    sleep 1 &
    wait $!   # a trap does not end a `sleep`, but a `wait`
  done
  exit 0
}

# put_back WHY ADVICE: puts the job back into the queue. TERM that comes first is from scancel: then it does not.
put_back() {
  local tries answer text pid code
  answer=$(mktemp) || die "no temporary file for the answer of Slurm"
  for ((tries = 0; tries < 10; tries++)); do   # the controller may be restarting
    ((!terminated)) || break
    trap 'terminated=1 left=1' TERM
    timeout 30 scontrol requeue "$task" >"$answer" 2>&1 &
    pid=$!
    wait "$pid"; code=$?
    ((!terminated)) || break
    text=$(<"$answer")
    ((code)) && [[ $text =~ (ontact|onnect|imed out|ocket) || -z $text ]] || break
    sleep 5 &
    wait $!
  done
  rm -f "$answer"
  if ((terminated)); then
    [[ -z ${pid:-} ]] || kill "$pid" 2>/dev/null
    [[ $(why_terminated) == requeued ]] || end_terminated "$1"
  elif ((code)); then
    die "Slurm refused to requeue (${text##*error: }); $2"
  fi
}

# Why TERM came: cancelled, preempted, requeued, sent by hand, or unknown when Slurm does not answer.
why_terminated() {
  local restarts state
  restarts=$(fact Restarts)
  state=$(fact JobState)
  if ((${restarts:-0} > ${SLURM_RESTART_COUNT:-0})); then echo requeued
  elif [[ -n $(fact PreemptTime) ]]; then echo preempted
  elif [[ $state =~ ^(COMPLETING|CANCELLED) ]]; then echo cancelled
  elif [[ -n $state ]]; then echo terminated
  else echo unknown; fi
}

# requeue WHY: puts the job back into the queue, a limited number of times.
requeue() {
  local limit=${SRL_MAX_REQUEUES:-100} count=$((${SLURM_RESTART_COUNT:-0} + ${SRL_SUCCESSORS:-0}))
  ((count < limit)) || die "$1; not requeued, because it was requeued $count times already (SRL_MAX_REQUEUES=$limit); submit the job again to resume"
  [[ ${SRL_REQUEUE:-requeue} == successor ]] && { submit_successor "$1"; exit 0; }
  say "$1; requeued (restart $((${SLURM_RESTART_COUNT:-0} + 1)))"
  put_back "$1" "submit the job again to resume from the checkpoint. If this site has no requeue, set SRL_REQUEUE=successor"
  leave_to_slurm
}

# Acts on a signal that came before the work of the job started.
stopped_early() {
  ((terminated)) && end_terminated ''
  ((saving)) && requeue "USR1 came before the work started"
  return 0
}

# preflight ARGUMENTS OF THE JOB… : a check of a few seconds that finds a bad node, option or path before the job
# starts. SRL_PREFLIGHT=off skips it.
preflight() {
  [[ ${SRL_PREFLIGHT:-on} == off ]] && return 0
  need_program srl_check
  local output code line nodes rate failed attempt hint=''
  output=$(mktemp) || die "no temporary file for the check's result"
  for attempt in 1 2 3; do
    mark_log
    kill_all=0 run_step "$SRL_BIN/srl_check" --quick "$@" >"$output"; code=$?
    [[ $attempt != 3 && ! -s $output ]] && died_in_mpi "$code" || break
  done
  cat "$output"
  line=$(grep '^result=' "$output" | tail -n 1)
  # From this rate srl_train estimates how long its first checkpoint takes.
  rate=$(sed -n 's/^write_bytes_per_second=//p' "$output" | tail -n 1)
  [[ -z $rate ]] || export SRL_WRITE_BYTES_PER_SECOND=$rate
  rm -f "$output"
  stopped_early
  ((code == 0)) && return 0
  [[ -n $line ]] || die "the check before the job ended with exit code $code$(memory_hint "$code"): see its message above"
  nodes=$(sed -n 's/.* bad_nodes=\([^ ]*\).*/\1/p' <<<"$line") failed=$(sed -n 's/.* failed=\([^ ]*\).*/\1/p' <<<"$line")
  [[ -n $nodes && $nodes != - ]] && move_away "$nodes" "$failed"
  [[ ",$failed," =~ ,(inputs|options), ]] || hint=' (SRL_PREFLIGHT=off skips this check)'
  die "the check before the job failed on all ranks, see the table above: correct the inputs, options or resources$hint"
}

# move_away NODES CHECKS: the job goes back to the queue and excludes the bad nodes, a limited number of times. The
# reason stays in the comment of the job.
move_away() {
  local before moves excluded
  before=$(timeout 30 scontrol show job "$task" 2>/dev/null | sed -n 's/^ *Comment=srl moved \([0-9]*\).*/\1/p' | head -n 1)
  moves=$((${before:-0} + 1)) excluded=$(fact ExcNodeList)
  other_nodes "${excluded:+$excluded,}$1" || die "bad nodes: $1 ($2); no other nodes can run this job"
  ((moves <= ${SRL_MAX_MOVES:-3})) || die "bad nodes again: $1 ($2); the job moved $((moves - 1)) times already (SRL_MAX_MOVES)"
  say "bad nodes: $1 ($2); the job goes back to the queue without them (move $moves)"
  put_back "bad nodes: $1" "to run without these nodes: sbatch --exclude=$1 …"
  ask update JobId="$task" ExcNodeList="${excluded:+$excluded,}$1" || say "the nodes could not be excluded"
  ask update JobId="$task" Comment="srl moved $moves: bad nodes $1 ($2)"
  leave_to_slurm
}

# other_nodes EXCLUDED: whether the job could run without these nodes, as far as the scheduler says.
other_nodes() {
  local options without_slurm text
  job_options
  text=$(timeout 60 env "${without_slurm[@]}" sbatch --test-only "${options[@]}" --exclude="$1" "$SRL_ROOT/slurm/$SRL_SCRIPT" 2>&1) && return 0
  [[ $text != *"node configuration is not available"* ]]
}

# end_terminated STATE: the end after TERM. A cancelled job does not come back; Slurm itself brings back a preempted
# one.
end_terminated() {
  local why
  why=$(why_terminated)
  case $why in
    preempted | requeued) say "$why${1:+, $1}: Slurm puts the job back into the queue"; leave_to_slurm ;;
    unknown) die "ended by TERM${1:+, $1}; Slurm does not say whether the job comes back: if squeue does not list it, submit it again to resume" ;;
    *) die "$why${1:+, $1}; not requeued: submit the job again to resume" ;;
  esac
}

# memory_hint CODE: words about a step that was killed, from the messages of Slurm in the log.
mark_log() {
  local log
  log=$(readlink /proc/self/fd/2) log_lines=1
  [[ ! -f $log ]] || log_lines=$(($(wc -l <"$log") + 1))
}
memory_hint() {
  local log limit
  log=$(readlink /proc/self/fd/2)
  limit=${SLURM_MEM_PER_NODE:+${SLURM_MEM_PER_NODE}M per node} limit=${limit:-${SLURM_MEM_PER_CPU:+${SLURM_MEM_PER_CPU}M per core}}
  if [[ -f $log ]] && tail -n +"${log_lines:-1}" "$log" | grep -qiE 'exceeded memory limit|oom[-_ ]?kill|out of memory'; then
    printf '; it was killed for memory%s: ask for more with --mem-per-cpu or --mem, or use fewer ranks' "${limit:+ (allowed: $limit)}"
  elif (($1 == 137)); then
    printf '; a rank was killed by signal 9, perhaps for memory%s' "${limit:+ (allowed: $limit)}"
  fi
}

# died_in_mpi CODE: whether a rank of the last step crashed, for a step that has done nothing yet. Open MPI 4.1 crashes
# in MPI_Init, seldom and on loaded nodes, when a message of a faster rank arrives too early (open-mpi/ompi pull request
# 13559). Such a step is started again.
died_in_mpi() {
  local log
  log=$(readlink /proc/self/fd/2)
  (($1 != 0 && !terminated && !saving)) && [[ -f $log ]] || return 1
  tail -n +"${log_lines:-1}" "$log" | grep -q 'Segmentation fault' || return 1
  say "a rank crashed before the job had begun, probably in the start of MPI: starting it again"
}

# further RUN: whether the last start got further than where it began: a later update (or more records), or more kept
# groups of an interrupted update. STATUS holds both, because a start may resume from before what the start before it
# reached.
further() {
  local field value
  for field in update groups from from_groups; do
    value=$(status_field "$1" "$field")
    local "$field=${value:-0}"
  done
  ((update > from || (update == from && groups > from_groups)))
}

# Runs a job whose progress is in RUN (a run directory or the STATUS file of an evaluation task), after the check, and
# acts on how it ended. Returns when it is finished.
run_to_status() {  # run_to_status RUN PROGRAM ARGUMENTS…
  local run=$1 program=$2 code rest attempt
  without --job.saved_exit_code "${@:3}"
  ((${#rest[@]} == $# - 2)) || say "--job.saved_exit_code is left out: this script needs 0 to requeue the job"
  stopped_early
  for attempt in 1 2 3; do
    mark_log
    run_step "$SRL_BIN/$program" "${rest[@]}" --job.saved_exit_code 0; code=$?
    [[ $attempt != 3 && -z $(own_state "$run") ]] && died_in_mpi "$code" || break
  done
  by_status "$run" "$code"
}

# own_state RUN: the state in STATUS; nothing if STATUS is of another job, which holds the run directory, or of an
# earlier start.
own_state() {
  [[ $(status_field "$1" job_id) =~ ^($task|${SLURM_JOB_ID:-none})$ && $(status_field "$1" restart) == "${SLURM_RESTART_COUNT:-0}" ]] || return 0
  status_field "$1" state
}

by_status() {  # by_status RUN EXIT_CODE
  local run=$1 code=$2 state
  state=$(own_state "$run")
  ((code == 0)) && [[ $state == finished ]] && return 0
  ((terminated)) && end_terminated "$state at $(status_field "$run" update)"
  if ((code == 0)) && [[ $state == saved ]]; then
    [[ $(status_field "$run" reason) == TERM ]] && end_terminated "saved at $(status_field "$run" update)"   # only the ranks got it
    further "$run" ||
      die "saved at $(status_field "$run" update) without progress since the start; not requeued: ask for a longer time limit"
    requeue "saved at $(status_field "$run" update)"
  fi
  die "$SRL_PROGRAM ended with exit code $code$(memory_hint "$code"), STATUS '${state:-none of this job}'${state:+ ($(status_field "$run" reason))}: see the messages above"
}

run_plain() {  # run_plain ARGUMENTS… : a job without a saved state
  local code
  mark_log
  run_step "$SRL_BIN/$SRL_PROGRAM" "$@"; code=$?
  ((terminated)) && end_terminated ''
  ((code == 0)) || die "$SRL_PROGRAM ended with exit code $code$(memory_hint "$code"): see the messages above"
}

# For pipeline.sh: this stage is done.
note_done() { [[ -z ${SRL_DONE:-} ]] || : >"$SRL_DONE"; }

check_job() {  # check_job ARGUMENTS [--next ARGUMENTS]…
  local words=() word
  SRL_PREFLIGHT=on
  for word in "$@"; do
    if [[ $word == --next ]]; then
      ((${#words[@]} == 0)) || preflight "${words[@]}"
      words=()
    else
      words+=("$word")
    fi
  done
  preflight "${words[@]}"
  note_done
}

report_job() {
  local code container
  set_container
  "${container[@]}" "$SRL_BIN/srl_report" "$@" | tee "${SRL_TABLE:-/dev/null}"
  code=${PIPESTATUS[0]}
  ((code == 0)) || die "srl_report ended with exit code $code: see the messages above"
  note_done
}

train_job() {  # train_job ARGUMENTS… : one run. A finished run is skipped.
  local run
  run=$(word_after --run "$@")
  [[ -n $run ]] || die "$SRL_SCRIPT needs --run DIR"
  finished "$run" && { say "$run is finished already"; return 0; }
  stage_run "$run" "$@"
  [[ -n $(word_after --resume "$@") ]] || staged+=(--resume auto)
  preflight "${staged[@]}"
  run_to_status "$run" srl_train "${staged[@]}"
}

# evaluate_share ARGUMENTS… : the share of this array task. Share K of N, also when only some tasks run again.
evaluate_share() {
  local output share tasks
  output=$(word_after --output "$@") share=$(word_after --task "$@") tasks=$(word_after --tasks "$@")
  [[ -n $output ]] || die "srl_eval.sh needs --output DIR"
  [[ -n $share ]] || share=${SLURM_ARRAY_TASK_ID:-0}
  if [[ -z $tasks ]]; then
    ((${SLURM_ARRAY_TASK_MIN:-0} == 0 && ${SLURM_ARRAY_TASK_MAX:-0} + 1 == ${SLURM_ARRAY_TASK_COUNT:-1})) ||
      die "this array has not all tasks from 0: give --tasks N, the number of shares, so that task $share answers share $share of N"
    tasks=${SLURM_ARRAY_TASK_COUNT:-1}
  fi
  stage_inputs "$@" --task "$share" --tasks "$tasks"
  preflight "${staged[@]}"
  run_to_status "$output/STATUS_$(printf %05d "$share")" srl_eval "${staged[@]}"
}
