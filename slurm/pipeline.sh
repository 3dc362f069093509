#!/usr/bin/env bash
# Submits a whole experiment as dependent jobs: check -> prep -> format SFT -> SRL -> RLVR -> evaluations -> report.
#   slurm/pipeline.sh EXPERIMENT.ini [--dry_run] [--vary [STAGE:]OPTION VALUE…]
# Run again, it submits only what is missing. --dry_run prints the sbatch lines. --vary makes one chain per value and one
# report over all. The file is explained in docs/cluster.md, "A whole experiment".
# shellcheck disable=SC2154  # variables of the experiment are set by read_experiment
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/common.sh"
source "$here/experiment.sh"
set -e
usage() { sed -n '2,5s/^# *//p' "${BASH_SOURCE[0]}"; }
file='' dry_run=0 vary='' values=() variant=''
while (($#)); do
  case $1 in
    -h | --help) usage; exit 0 ;;
    --dry_run) dry_run=1 ;;
    --vary)
      vary=${2:-}
      shift
      while (($# > 1)) && [[ $2 != --* ]]; do values+=("$2"); shift; done
      [[ -n $vary && ${#values[@]} -gt 0 ]] || { echo "pipeline.sh: --vary needs an option and its values" >&2; exit 2; } ;;
    -*) echo "pipeline.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
    *) [[ -z $file ]] || { echo "pipeline.sh: one experiment file at a time" >&2; exit 2; }; file=$1 ;;
  esac
  shift
done
[[ -n $file ]] || { usage >&2; exit 2; }

# submit STAGE WAITS_FOR SCRIPT SBATCH_OPTIONS -- ARGUMENTS: sets `job`. A job that waits for one that fails is removed.
submit() {
  local stage=$1 waits=$2 script=$3 options=()
  shift 3
  while [[ $1 != -- ]]; do options+=("$1"); shift; done
  shift
  options=(--job-name="$name.${stage/:/.}" "${sbatch_all[@]}" "${options[@]}")
  [[ -z $waits ]] || options+=(--dependency=afterok:"$waits" --kill-on-invalid-dep=yes)
  if ((dry_run)); then
    job="<$stage>"
    printf 'SRL_LOGS=%q SRL_DONE=%q sbatch' "$folder/logs" "$folder/done/${stage%%:*}"
    printf ' %q' "${options[@]}" "$here/$script" "$@"
    printf '\n'
    return
  fi
  mkdir -p "$folder/logs" "$folder/done" || die "$folder cannot be made"
  job=$(SRL_LOGS=$folder/logs SRL_DONE=$folder/done/${stage%%:*} SRL_TABLE=$folder/table.txt sbatch --parsable "${options[@]}" "$here/$script" "$@") ||
    die "sbatch refused $stage; the jobs before it were submitted, see $folder/chain.tsv"
  job=${job%%;*}
  printf '%s\t%s\t%s\t%s\n' "$stage" "$job" "${waits:--}" "$(date -u +%FT%TZ)" >>"$folder/chain.tsv"
  printf '  %-12s job %-8s %s\n' "$stage" "$job" "${waits:+waits for ${waits//:/, }}"
}

# missing STAGE [ROW]: whether the stage is to be submitted. If not, `job` is the job that has it in the queue, or nothing
# when it is done.
missing() {
  job=''
  is_done "$1" "${2:-}" && { printf '  %-12s done\n' "$1"; return 1; }
  job=$(job_of "$1")
  in_queue "$job" && { printf '  %-12s job %-8s in the queue already\n' "$1" "$job"; return 1; }
  job=''
}

train_arguments() {  # train_arguments STAGE: sets `words`; the stage's own data and model replace the experiment's
  local -n own=arguments_$1
  words=(--run "$folder/$1" "${own[@]}")
  add_inputs "$(model_before "$1")" "$data"
}
add_inputs() {  # add_inputs MODEL [DATA]: adds them to `words` where the stage has none of its own
  [[ -n $(word_after --model "${words[@]}") ]] || words+=(--model "$1")
  [[ -z ${2:-} || -n $(word_after --data "${words[@]}") ]] || words+=(--data "$2")
}

# The options of all jobs are checked by the first one, with the base model in place of models to come. Other models
# (NAME=FOLDER) must be there, unless this chain makes them.
check_arguments() {
  local stage row all=()
  ! has prep || all+=("${arguments_prep[@]}" --output "$data")
  for stage in sft srl rlvr; do
    has "$stage" || continue
    local -n own=arguments_$stage
    words=(--run "$folder/$stage" "${own[@]}")
    add_inputs "$model" "$([[ ! -f $data/manifest.json ]] && has prep || echo "$data")"
    all+=(--next "${words[@]}")
  done
  words=("${all[@]}")
  has eval || return 0
  words+=(--next --model "$model" "${arguments_eval[@]}" --output "$folder/results")
  for row in "${rows[@]}"; do
    [[ $row != *=* || $(realpath -m "$(row_model "$row")") == "$(realpath -m "$folder")"/* ]] ||
      words+=(--next --model "$(row_model "$row")" "${arguments_eval[@]}" --output "$folder/results")
  done
}

submit_chain() {
  local before='' stage row evaluations=''
  echo "$name in $folder${variant:+ ($vary = $variant)}:"
  if ! chain_is_done && missing check; then
    check_arguments
    submit check '' srl_check.sh "${sbatch_check[@]}" -- "${words[@]}"
  fi
  before=$job
  if has prep && missing prep; then
    submit prep "$before" srl_prep.sh "${sbatch_prep[@]}" -- "${arguments_prep[@]}" --output "$data"
  fi
  before=${job:-$before}
  local trained=$before
  declare -A job_of_stage=([base]=$before)
  for stage in sft srl rlvr; do
    has "$stage" || continue
    if missing "$stage"; then
      local -n resources=sbatch_$stage
      train_arguments "$stage"
      submit "$stage" "$before" "$([[ $stage == sft ]] && echo srl_sft.sh || echo srl_train.sh)" "${resources[@]}" -- "${words[@]}"
    fi
    before=${job:-$before} job_of_stage[$stage]=${job:-$before}
  done
  if has eval; then
    for row in "${rows[@]}"; do submit_evaluation "$row" "${job_of_stage[$row]-$trained}"; done
  fi
  wait_for_all=${wait_for_all:+$wait_for_all:}${evaluations:-$before}
  wait_for_all=${wait_for_all#:} wait_for_all=${wait_for_all%:}
}
chain_is_done() {
  local row stage
  for stage in sft srl rlvr; do ! has "$stage" || is_done "$stage" || return 1; done
  ! has eval || for row in "${rows[@]}"; do is_done "eval:$row" "$row" || return 1; done
  job=''
}
submit_evaluation() {  # submit_evaluation ROW WAITS_FOR: the array tasks that are missing
  local row=$1 limit='' stage
  stage=eval:$(row_name "$row")
  [[ $array == *%* ]] && limit=%${array#*%}
  if missing "$stage" "$row"; then
    submit "$stage" "$2" srl_eval.sh --array="$(missing_shares "$row")$limit" "${sbatch_eval[@]}" -- \
      "${arguments_eval[@]}" --model "$(row_model "$row")" --output "$(results_of "$row")" --tasks "$(shares)"
    ((dry_run)) || rm -f "${base:-$folder}/done/report"
  fi
  [[ -z $job ]] || evaluations=${evaluations:+$evaluations:}$job
}
submit_report() {  # the table of all evaluations, or without any the curves of the runs
  local what=() stage
  if has eval; then what=("${results:-$folder/results}"); else
    what=(--run)
    for stage in sft srl rlvr; do ! has "$stage" || what+=("$folder/$stage"); done
  fi
  if missing report; then
    submit report "$wait_for_all" srl_report.sh "${sbatch_report[@]}" -- "${what[@]}" "${arguments_report[@]}"
    ((dry_run)) || printf '  %-12s the table will be in %s\n' '' "$folder/table.txt"
  fi
}

wait_for_all='' base=''
read_experiment "$file"
# A copy in the folder, for status.sh without an argument. Its first line says whose folder it is.
if [[ ! $file -ef $folder/experiment.ini ]]; then
  origin=$(realpath "$file") owner=$(sed -n '1s/^; from //p' "$folder/experiment.ini" 2>/dev/null || true)
  [[ -z $owner || $owner == "$origin" || ! -f $owner ]] ||
    die "$folder belongs to the experiment $owner: give this one another file name, or a folder in [experiment]"
  if ((!dry_run)); then
    mkdir -p "$folder"
    { printf '; from %s\n[experiment]\nname = %s\nfolder = "%s"\n' "$origin" "$name" "$folder"; cat "$file"; } >"$folder/experiment.ini"
  fi
fi
if [[ -z $vary ]]; then
  submit_chain
  ! has report || submit_report
else
  base=$folder base_name=$name stage=srl option=$vary
  [[ $vary == *:* ]] && stage=${vary%%:*} option=${vary#*:}
  results=$base/results
  has eval || die "$file has no section [eval]: a sweep compares evaluations"
  for value in "${values[@]}"; do
    read_experiment "$file"
    has "$stage" || die "$file has no section [$stage] to vary $option in"
    variant=${value//[^A-Za-z0-9._+-]/_}
    folder=$base/$option=$variant name=$base_name.$variant
    [[ $data == "$base/data" ]] && data=$folder/data
    declare -n varied=arguments_$stage
    without "--$option" "${varied[@]}"
    varied=("${rest[@]}" "--$option" "$value")
    submit_chain
  done
  folder=$base name=$base_name variant=''
  submit_report
fi
((dry_run)) || echo "to watch: $here/status.sh $file"
