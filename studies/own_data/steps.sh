# The steps of own_data.sh and smollm2/run.sh, sourced by them. A step that is done is skipped.

# step TITLE COMMAND…: prints the command as a user could type it, and runs it.
step() {
  say "$1"
  shift
  if [[ $(type -t "$1") == function ]]; then "$@"; else run_shown "$@"; fi
}
run_shown() {
  printf '$' >&2
  printf ' %q' "$@" >&2
  printf '\n' >&2
  { printf ' %q' "$@"; printf '\n'; } | sed 's/^ //' >>"$output/commands.sh"
  "$@" </dev/null
}
launcher=(mpirun -n)   # one_machine.env has the settings of Open MPI
[[ -f $output/commands.sh ]] ||
  printf '# The commands of the study, as they were run.\nset -a; source %q; set +a\n' "$SRL_ROOT/env/one_machine.env" >"$output/commands.sh"

prepare() {
  [[ -f $output/data/manifest.json ]] && return 0
  local guess way=()
  guess=$(step 'what is in the file' run_shown "$SRL_BIN/srl_prep" guess "$file") || die "no way was found to read $file; see above, and docs/data-preparation.md"
  printf '%s\n' "$guess"
  # The options that the guess proposes, for example --splitter sentences.
  eval "way=($(sed -n 's/^  srl_prep --input .* --output data//p' <<<"$guess" | tail -n 1))"
  step 'preparing the data' run_shown "$SRL_BIN/srl_prep" --input "$file" --output "$output/data" "${way[@]}" ||
    die "srl_prep failed; $output/data/report.md says why rows were not kept"
}

# count_of NAME: a number of the manifest.
count_of() { grep -oE "\"$1\": ?[0-9]+" "$output/data/manifest.json" | head -n 1 | tr -dc 0-9; }

# ask NAME MODEL OPTIONS…: completes held-out steps; the records are in results/NAME.
ask() {
  local name=$1 model=$2
  shift 2
  finished "$output/results/$name/STATUS_00000" && return 0
  run_shown "${launcher[@]}" "$ranks" "$SRL_BIN/srl_eval" --model "$model" --data "$output/data" --evaluation.view step \
    --instance.max_prompt_tokens 2048 --sampling.max_new_tokens "$tokens" --output "$output/results/$name" "$@" &&
    finished "$output/results/$name/STATUS_00000"
}
completions_of_steps=(--sampling.greedy on)   # for evaluate
evaluate() {  # evaluate NAME MODEL
  step "evaluation $1 SRL, on held-out questions" ask "$1" "$2" --limit 300 "${completions_of_steps[@]}" ||
    die "the evaluation did not finish; run this script again to resume"
}

# writes_format MODEL NAME SHARE: whether at least SHARE of sampled completions of held-out steps have the right format.
writes_format() {
  step 'does the model write the format?' ask "$2" "$1" --limit 16 --evaluation.samples 4 || die "the evaluation did not finish; run this script again to resume"
  local all right
  all=$(cat "$output/results/$2"/records_*.jsonl | wc -l)
  right=$(cat "$output/results/$2"/records_*.jsonl | grep -c '"similarity":[0-9]')
  say "right format: $right of $all completions"
  awk -v right="$right" -v all="$all" -v share="$3" 'BEGIN { exit !(all > 0 && right >= share * all) }'
}

# teach_format: format SFT, longer until nearly all completions have the format, so that what SRL gains is not the format.
teach_format() {
  local updates
  for updates in 16 32 48; do
    step "format SFT, $updates updates" train format --config "$study/format.ini" "${format_sizes[@]}" --model "$model" --training.updates "$updates" ||
      die "the format SFT did not finish; see $output/format/log.txt, and run this script again to resume"
    writes_format "$output/format/export" "format_$updates" 0.97 && return 0
  done
  say "the format is still not always right; SRL rewards it too"
}

train() {  # train RUN OPTIONS…: a finished run is done; with --training.updates N, one that has finished N updates
  local run=$1 wanted
  shift
  wanted=$(word_after --training.updates "$@")
  finished "$output/$run" && [[ $(status_field "$output/$run" update) -ge ${wanted:-0} ]] && return 0
  run_shown "${launcher[@]}" "$ranks" "$SRL_BIN/srl_train" "$@" --data "$output/data" --run "$output/$run" --resume auto && finished "$output/$run"
}
