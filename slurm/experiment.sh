# Reads an experiment file (docs/cluster.md, "A whole experiment") and knows when a stage is done. Sourced by pipeline.sh
# and status.sh after common.sh.
STAGES=(check prep sft srl rlvr eval report)

# split_words TEXT: sets `words`. A word in double quotes keeps its spaces. A word that begins with ; or # starts a
# comment.
split_words() {
  local text=$1
  words=()
  while [[ $text =~ ^[[:space:]]*(\"([^\"]*)\"|[^[:space:]]+)(.*)$ ]]; do
    [[ ${BASH_REMATCH[1]} == [\;#]* ]] && break
    if [[ ${BASH_REMATCH[1]} == \"* ]]; then words+=("${BASH_REMATCH[2]}"); else words+=("${BASH_REMATCH[1]}"); fi
    text=${BASH_REMATCH[3]}
  done
}

# read_experiment FILE: sets `name`, `folder`, `model`, `data`, `rows`, `array`, `given` (the stages with a section) and
# for each stage S the arrays arguments_S and sbatch_S.
read_experiment() {
  local file=$1 line section='' number=0 key stage
  [[ -f $file ]] || die "$file: no such experiment file"
  name=$(basename "$file" .ini) name=${name//[^A-Za-z0-9._-]/_}
  folder=runs/$name model='' data='' rows=() array=1 given=() sbatch_all=()
  for stage in "${STAGES[@]}"; do declare -ga "arguments_$stage=()" "sbatch_$stage=()"; done
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1)) line=${line%$'\r'}
    if [[ $line =~ ^[[:space:]]*([\;#].*)?$ ]]; then continue
    elif [[ $line =~ ^[[:space:]]*\[([a-z]+)\][[:space:]]*$ ]]; then
      section=${BASH_REMATCH[1]}
      [[ " experiment sbatch ${STAGES[*]} " == *" $section "* ]] || die "$file:$number: unknown section [$section]; the sections are experiment, sbatch, ${STAGES[*]}"
      [[ " experiment sbatch " == *" $section "* ]] || given+=("$section")
    elif [[ $line =~ ^[[:space:]]*([A-Za-z0-9_.-]+)[[:space:]]*=(.*)$ ]]; then
      key=${BASH_REMATCH[1]}
      split_words "${BASH_REMATCH[2]}"
      take_setting "$file:$number" || return 1
    else
      die "$file:$number: '$line' is neither [section] nor name = value"
    fi
  done <"$file"
  [[ -n $model ]] || die "$file: [experiment] needs model = FOLDER"
  [[ -n $data || " ${given[*]} " == *" prep "* ]] || die "$file: a section [prep] makes the data, or [experiment] names it (data = FOLDER)"
  data=${data:-$folder/data}
  [[ ${#rows[@]} -gt 0 ]] || default_rows
}

take_setting() {  # take_setting PLACE: uses section, key, words
  case $section.$key in
    experiment.name) name=${words[0]} ;;
    experiment.folder) folder=${words[0]} ;;
    experiment.model) model=${words[0]} ;;
    experiment.data) data=${words[0]} ;;
    eval.rows) rows=("${words[@]}") ;;
    eval.array) array=${words[0]} ;;
    experiment.*) die "$1: [experiment] has no $key; it has name, folder, model, data" ;;
    sbatch.*) sbatch_all+=("--$key${words[*]:+=${words[*]}}") ;;
    .*) die "$1: '$key' is before the first [section]" ;;
    *.sbatch.*) local -n resources=sbatch_$section; resources+=("--${key#sbatch.}${words[*]:+=${words[*]}}") ;;
    *) local -n options=arguments_$section; options+=("--$key" "${words[@]}") ;;
  esac
}

default_rows() {
  local stage
  rows=(base)
  for stage in sft srl rlvr; do ! has "$stage" || rows+=("$stage"); done
}
has() { [[ " ${given[*]} " == *" $1 "* ]]; }
# model_before STAGE: the model that a stage starts from.
model_before() {
  local stage last=$model
  for stage in sft srl rlvr; do
    [[ $stage == "$1" ]] && break
    has "$stage" && last=$folder/$stage/export
  done
  echo "$last"
}
row_name() { echo "${1%%=*}"; }
# row_model ROW: base, a stage, STAGE@UPDATE is not kept by runs, so other models are NAME=FOLDER.
row_model() {
  case $1 in
    *=*) echo "${1#*=}" ;;
    base) echo "$model" ;;
    *) echo "$folder/$1/export" ;;
  esac
}
results=''   # of a sweep: the folder of all its chains
results_of() { echo "${results:-$folder/results}/$(row_name "$1")${variant:+@$variant}"; }
shares() { echo "${array%%\%*}"; }
missing_shares() {  # missing_shares ROW: the array tasks whose records are not complete, with commas
  local share out list=()
  out=$(results_of "$1")
  for ((share = 0; share < $(shares); share++)); do
    finished "$out/STATUS_$(printf %05d "$share")" || list+=("$share")
  done
  (IFS=,; echo "${list[*]}")
}

# jobs_of STAGE: the number of the last job of a stage or of eval:ROW, from chain.tsv.
job_of() { [[ -f $folder/chain.tsv ]] && awk -F'\t' -v s="$1" '$1 == s { job = $2 } END { print job }' "$folder/chain.tsv"; }
is_done() {  # is_done STAGE
  case $1 in
    check) [[ -f $folder/done/check ]] ;;
    prep) [[ -f $data/manifest.json ]] ;;
    sft | srl | rlvr) finished "$folder/$1" ;;
    eval:*) [[ -z $(missing_shares "$2") ]] ;;
    report) [[ -f $folder/done/report ]] ;;
  esac
}
# in_queue JOB: whether it runs or waits; needs no accounting.
in_queue() { [[ -n $1 && -n $(timeout 60 squeue --noheader --jobs "$1" --format %i 2>/dev/null) ]]; }
