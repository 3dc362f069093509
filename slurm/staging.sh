# Copies of models and shards on each node (SRL_STAGE=on; docs/cluster.md, "Local copies"), sourced by lifecycle.sh.

# stage_inputs ARGUMENTS… : sets `staged` to the arguments. With SRL_STAGE=on, each node first copies the folders of
# --model, --data and of the files of --config and --sweep to SRL_SCRATCH (default: TMPDIR), and the arguments name the
# copies.
stage_inputs() {
  staged=("$@")
  [[ ${SRL_STAGE:-off} == on ]] || return 0
  local i option='' name value folder
  for i in "${!staged[@]}"; do
    case ${staged[i]} in
      --*=*) option=${staged[i]%%=*}; stage_value "$option" "${staged[i]#*=}"; staged[i]=$option=$value; option='' ;;
      --*) option=${staged[i]} ;;
      *) stage_value "$option" "${staged[i]}"; staged[i]=$value ;;
    esac
  done
  for name in model data; do   # those of a file of options, unless the arguments name them
    [[ -z $(word_after "--$name" "$@") ]] || continue
    config_words "$name" "$@"
    ((${#words[@]} == 0)) || staged+=("--$name")
    for folder in "${words[@]}"; do stage_value "--$name" "$folder"; staged+=("$value"); done
  done
}

stage_value() {  # stage_value OPTION VALUE: sets `value`
  local weight=''
  value=$2
  case $1 in
    --model) [[ -n ${keep_model:-} || ! -d $2 ]] || { stage_folder "$2"; value=$copy; } ;;
    --data)
      [[ -d $2 || $2 != *:* ]] || weight=:${2##*:}   # DIR:weight
      [[ ! -d ${2%"$weight"} ]] || { stage_folder "${2%"$weight"}"; value=$copy$weight; } ;;
    --sweep) [[ ! -f $2 ]] || { stage_sweep "$2" "$(word_after --output "${staged[@]}")"; value=$copy; } ;;
  esac
}

# stage_run RUN ARGUMENTS… : stage_inputs for a training run. The path of the model may not change when a run resumes, but
# scratch folders do. So a run with copies names its model RUN/staged_model, a link to the copy that this start uses.
stage_run() {
  local run=$1 link=$1/staged_model model words=() keep_model='' holder
  shift
  model=$(word_after --model "$@")
  if [[ -z $model ]]; then config_words model "$@"; model=${words[0]:-}; fi
  if [[ -f $run/options.ini && ! -L $link ]]; then keep_model=1; fi   # it began without copies
  stage_inputs "$@"
  [[ -L $link || ${SRL_STAGE:-off} == on ]] && [[ -z $keep_model && -d $model ]] || return 0
  holder=$(status_field "$run" job_id)
  if [[ $(status_field "$run" state) == running && -n $holder && $holder != "$task" ]] && in_queue "$holder"; then
    die "$run is in use by job $holder"
  fi
  [[ ${SRL_STAGE:-off} == on ]] && model=$(word_after --model "${staged[@]}")
  mkdir -p "$run" && ln -sfn "$(realpath "$model")" "$link" || die "$link cannot be made"
  without --model "${staged[@]}"
  staged=("${rest[@]}" --model "$link")
}

# read_line LINE: one line of an INI file. Sets `section`, or `key` and `words`, else leaves `key` empty.
read_line() {
  key='' words=()
  if [[ $1 =~ ^[[:space:]]*\[(.*)\][[:space:]]*$ ]]; then section=${BASH_REMATCH[1]}
  elif [[ $1 =~ ^[[:space:]]*([^\;#=[:space:]][^=]*[^=[:space:]]|[^\;#=[:space:]])[[:space:]]*=(.*)$ ]]; then
    key=${BASH_REMATCH[1]}
    split_words "${BASH_REMATCH[2]}"
  fi
}

# config_words NAME ARGUMENTS… : sets `words` to what the files of --config say of an option without a section.
config_words() {
  local name=$1 config section='' key line found=()
  config=$(word_after --config "${@:2}") words=()
  [[ -f $config ]] || return 0
  while IFS= read -r line || [[ -n $line ]]; do
    read_line "${line%$'\r'}"
    [[ -n $section || $key != "$name" ]] || found=("${words[@]}")
  done <"$config"
  words=("${found[@]}")
}

# stage_sweep FILE OUTPUT: sets `copy` to a sweep file in OUTPUT that names the copies of FILE's models and shards.
stage_sweep() {
  local file=$1 output=$2 line section='' key words lines=''
  [[ -n $output ]] || { copy=$file; return; }
  while IFS= read -r line || [[ -n $line ]]; do
    read_line "${line%$'\r'}"
    if [[ ($section == models || $section == benchmarks) && -n $key && -d ${words[0]:-} ]]; then
      stage_folder "${words[0]}"
      line="$key = \"$copy\""
    fi
    lines+=$line$'\n'
  done <"$file"
  copy=$output/sweep_staged_$task.ini
  mkdir -p "$output" && printf %s "$lines" >"$copy" || die "$copy cannot be written"
}

# stage_folder FOLDER: copies it to each node and sets `copy`. The place of a copy depends on the names, sizes and times
# of the files, so that a changed folder gets a new copy; it ends with FOLDER's own path, which tables show.
stage_folder() {
  local folder=$1 scratch=${SRL_SCRATCH:-${TMPDIR:-/tmp}} sum launcher code
  sum=$({ realpath "$folder"; find -L "$folder" -type f -printf '%P %s %T@\n' | sort; } | cksum | tr ' ' _)
  copy=$scratch/srl_$(id -un)/$sum/$(realpath -sm "/$folder" | sed 's|^/||')
  set_node_launcher
  say "copying $folder to $copy on each node"
  # shellcheck disable=SC2016  # for the shell on the node
  run_command "${launcher[@]}" bash -c '
    [[ -e $2 ]] && exit
    part=$2.part.$(hostname)
    mkdir -p "$(dirname "$2")" || exit
    exec 9>"$part.lock" && flock --wait 3600 9   # other tasks on this node make the same copy
    [[ -e $2 ]] && exit
    rm -rf "$part" && cp -rL --preserve=timestamps "$1" "$part" || { rm -rf "$part"; exit 1; }
    mv --no-target-directory "$part" "$2" 2>/dev/null || { rm -rf "$part"; [[ -e $2 ]]; }' _ "$folder" "$copy"
  code=$?
  stopped_early
  ((code == 0)) || die "$folder could not be copied to $scratch on every node (see above): set SRL_SCRATCH to a folder that each node has, with enough space"
}
