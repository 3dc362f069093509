#!/usr/bin/env bash
# The state of every job of an experiment.   slurm/status.sh [EXPERIMENT.ini | FOLDER]
# Without an argument: all experiments in runs/ of this folder. It needs no accounting database.
# shellcheck disable=SC2154,SC2034  # variables of the experiment are set by read_experiment
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ ${1:-} == -h || ${1:-} == --help ]]; then sed -n '2,3s/^# *//p' "${BASH_SOURCE[0]}"; exit 0; fi
source "$here/common.sh"
source "$here/experiment.sh"

# seconds -> 1h05m, 4m10s, 12s
span() {
  local s=${1%.*}
  if ((s >= 3600)); then printf '%dh%02dm' $((s / 3600)) $((s % 3600 / 60))
  elif ((s >= 60)); then printf '%dm%02ds' $((s / 60)) $((s % 60))
  else printf '%ds' "$s"; fi
}
figure() { grep -oE "\"$2\":-?[0-9.e+-]+" <<<"$1" | head -n 1 | cut -d: -f2; }   # figure JSON_LINE NAME

# progress RUN: "update 40 of 100, 1.2 s per update, 1m12s left, reward 0.41, validation reward 0.52 (update 40)"
progress() {
  local run=$1 total update rate left parts=() checked reward
  [[ -f $run/STATUS ]] || { [[ ! -d $run ]] || echo 'started'; return; }
  update=$(status_field "$run" update) total=$(status_field "$run" total)
  rate=$(status_field "$run" seconds_per_update) left=$(status_field "$run" seconds_left)
  parts=("update ${update:-0}${total:+ of $total}")
  [[ -z $rate ]] || parts+=("$(printf %.3g "$rate") s per update")
  [[ -z $left ]] || finished "$run" || parts+=("$(span "$left") left")
  reward=$(figure "$(tail -n 1 "$run/metrics.jsonl" 2>/dev/null)" reward_mean)
  [[ -z $reward ]] || parts+=("reward $(printf %.3f "$reward")")
  if [[ -s $run/validation.jsonl ]]; then
    checked=$(tail -n 1 "$run/validation.jsonl") reward=$(figure "$checked" reward_mean)
    [[ -z $reward ]] || parts+=("validation $(printf %.3f "$reward") at update $(figure "$checked" update)")
  fi
  (IFS=,; echo "${parts[*]}") | sed 's/,/, /g'
}

# records ROW: "tasks 3 of 4 finished, 120 of 160 completions, 1m10s left"
records() {
  local out file share done=0 total=0 known=0 part left=0
  out=$(results_of "$1")
  [[ -d $out ]] || return
  for ((share = 0; share < $(shares); share++)); do
    file=$out/STATUS_$(printf %05d "$share")
    part=$(status_field "$file" total)
    [[ -z $part ]] || { known=$((known + 1)) total=$((total + part)); }
    if finished "$file"; then done=$((done + 1)); continue; fi
    part=$(status_field "$file" seconds_left)
    ((${part:-0} <= left)) || left=$part
  done
  ((known == $(shares))) || total=''   # a task has not started yet
  echo "tasks $done of $(shares) finished, $(cat "$out"/records_*.jsonl 2>/dev/null | wc -l)${total:+ of $total} completions$( ((left == 0)) || echo ", $(span "$left") left")"
}

# queue_of JOB: "running 4m10s" or "waits: Dependency", one line per state, for an array with the number of its tasks
queue_of() {
  [[ -n $1 ]] || return
  timeout 60 squeue --noheader --array --jobs "$1" --format '%T|%r|%M|%S' 2>/dev/null | awk -F'|' '
    $1 == "RUNNING" { run++; time = $3; next }
    $1 == "COMPLETING" { ends++; next }
    { wait++; why = $2; start = $4 }
    END {
      if (run) text = "running" (run > 1 ? " (" run " tasks)" : "") " for " time
      if (ends) text = text (text ? ", " : "") "ending"
      if (wait) text = text (text ? ", " : "") "waits" (wait > 1 ? " (" wait " tasks)" : "") ": " why (start ~ /^2/ ? ", starts at " start : "")
      print text
    }'
}
logs_of() { find "$folder/logs" \( -name "*_$1.log" -o -name "*_$1_*.log" \) -print0 2>/dev/null | sort -z | xargs -0 -r cat; }   # logs_of JOB
# why_failed JOB: the last error of a program with the lines that belong to it, and what the script said at the end
why_failed() {
  logs_of "$1" | awk -v job="$name." '
    /^srun: |^slurmstepd/ { next }
    / error: / { text = $0; more = 3; next }
    /^[0-9-]*T[0-9:]*Z / { more = 0 }
    more-- > 0 { text = text " " $0 }
    /FAILED/ && !text { row = $0 }
    index($2, job) == 1 { end = $0 }
    END { print (text ? text " | " : row ? row " | " : "") end }' | tr -s ' ' | cut -c 1-600
}
restarts_of() { timeout 60 scontrol show job "$1" 2>/dev/null | grep -oE 'Restarts=[1-9][0-9]*' | head -n 1 | tr -dc 0-9; }

show() {  # show STAGE [ROW]
  local stage=$1 row=${2:-} job queue what=''
  job=$(job_of "$stage")
  case $stage in
    sft | srl | rlvr) what=$(progress "$folder/$stage") ;;
    eval:*) what=$(records "$row") ;;
  esac
  queue=$(queue_of "$job")
  queue=${queue/: Dependency/ for job $(awk -F'\t' -v j="$job" '$2 == j { gsub(":", ", ", $3); print $3 }' "$folder/chain.tsv" 2>/dev/null)}
  queue=${queue/: None/: not looked at yet}
  if is_done "$stage" "$row"; then state='done'
  elif [[ -n $queue ]]; then state=$queue
  elif [[ -z $job ]]; then state='not submitted'
  elif [[ -z $(logs_of "$job") ]]; then state='removed before its start, since a job before it failed or was cancelled'
  else state='FAILED'; fi
  printf '  %-12s %-9s %s%s' "$stage" "${job:--}" "$state" "${what:+; $what}"
  [[ -z $job ]] || { n=$(restarts_of "$job"); [[ -z $n ]] || printf '; restarts %s' "$n"; }
  printf '\n'
  if [[ $state == FAILED ]]; then printf '  %-12s %-9s %s\n' '' '' "$(why_failed "$job")"; fi
}
show_experiment() {
  local stage row
  echo "$name in $folder"
  for stage in check prep sft srl rlvr; do
    [[ $stage == check ]] || has "$stage" || continue
    show "$stage"
  done
  if has eval; then for row in "${rows[@]}"; do show "eval:$(row_name "$row")" "$row"; done; fi
}

variant=''
show_file() {
  local base option chain
  read_experiment "$1"
  base=$folder
  if [[ ! -f $folder/chain.tsv || -n $(awk -F'\t' '$1 != "report"' "$folder/chain.tsv") ]]; then
    show_experiment
    ! has report || show report
  fi
  for chain in "$base"/*/chain.tsv; do   # a sweep
    [[ -f $chain ]] || continue
    read_experiment "$1"
    folder=$(dirname "$chain") results=$base/results option=$(basename "$folder") variant=${option#*=} name=$name.$variant
    [[ $data == "$base/data" ]] && data=$folder/data
    show_experiment
    results='' variant=''
  done
  if [[ $folder != "$base" ]]; then
    read_experiment "$1"
    echo "$name in $folder, over all:"
    show report
  fi
}
if (($#)); then
  file=$1
  [[ ! -d $file ]] || file=$file/experiment.ini
  show_file "$file"
else
  shopt -s nullglob
  for file in runs/*/experiment.ini; do show_file "$file"; done
fi
