# The miniature (docs/reproduction.md): data, warm-up, gate, training methods and their evaluation. Sourced by run.sh
# and, for the README's example, by slurm/example.sh. A function that is called again does only the remaining work.
MINI=${SRL_MINI:-$SRL_ROOT/runs/mini}
MINI_STUDY=$SRL_ROOT/studies/miniature
MINI_BASE=$MINI_STUDY/base   # the base of seed 1, stored in the repository; docs/reproduction.md has its command
MINI_LIMIT=${SRL_MINI_LIMIT:-100}   # test problems per evaluation

mini_prep=(generate --synthetic.problem chain --synthetic.training 500 --synthetic.validation 100 --synthetic.test 200 --seed 1 --output "$MINI/data")
mini_data() { [[ -f $MINI/data/manifest.json ]] || "$SRL_BIN/srl_prep" "${mini_prep[@]}"; }

# One phase of the warm-up. All its texts are correct. The share of careful thoughts and the lengths of the problems
# differ between phases.
mini_phase() {  # mini_phase SEED FOLDER PREVIOUS NAME UPDATES RATE SCHEDULE CAREFUL WHOLE_SHARE WEIGHTS_OF_1_TO_6_STEPS…
  local seed=$1 folder=$2 previous=$3 name=$4 updates=$5 rate=$6 schedule=$7 careful=$8 whole=$9
  shift 9
  finished "$folder/$name" && return 0
  [[ -f $folder/texts_$name/manifest.json ]] || "$SRL_BIN/srl_prep" generate --synthetic.problem chain --synthetic.texts warmup --synthetic.training $((16 * updates)) \
    --synthetic.steps 1 2 3 4 5 6 --synthetic.step_weights "$@" --synthetic.multiply 0.5 --synthetic.careful "$careful" --seed "$seed" \
    --output "$folder/texts_$name" || return 1
  "$SRL_BIN/srl_train" --config "$MINI_STUDY/presets/warmup.ini" --data "$folder/texts_$name" --model "$previous" --run "$folder/$name" \
    --seed "$seed" --threads 1 --training.updates "$updates" --training.learning_rate "$rate" --training.lr_schedule "$schedule" \
    --training.whole_share "$whole" --resume auto || return 1
  finished "$folder/$name"
}

# Makes the base of a seed in FOLDER/export. The first phases teach the skill, the last one makes careful thoughts rare.
mini_warmup() {  # mini_warmup SEED FOLDER
  local seed=$1 folder=$2 previous=$2/init name phase
  [[ -f $folder/export/config.json ]] && return 0
  [[ -f $folder/init/config.json ]] || "$SRL_BIN/srl_model" init --architecture mini --words "$MINI_STUDY/words.json" --seed "$seed" --output "$folder/init" || return 1
  while read -r -a phase; do
    name=${phase[0]}
    mini_phase "$seed" "$folder" "$previous" "${phase[@]}" </dev/null || return 1
    previous=$folder/$name/export
  done <<'PHASES'
a1 1344 2.5e-3 constant 0.8  0.333 0.3 0.3 0.2 0.1 0.06 0.04
a2  576 2.5e-3 constant 0.25 0.333 0.3 0.3 0.2 0.1 0.06 0.04
b1  870 1.5e-3 constant 0.8  0.333 0.15 0.2 0.2 0.15 0.15 0.15
b2  375 1.5e-3 constant 0.25 0.333 0.15 0.2 0.2 0.15 0.15 0.15
c   250 2e-4   cosine   0.08 0.2   0.15 0.2 0.2 0.15 0.15 0.15
PHASES
  "$SRL_BIN/srl_model" export --model "$previous" --dtype bf16 --output "$folder/export"
}

mini_eval=(--threads 1 --instance.chat_template plain --instance.max_prompt_tokens 256 --evaluation.batch 128)
mini_step=(--evaluation.view step --sampling.max_new_tokens 64)
mini_stepwise=(--evaluation.view stepwise --evaluation.max_steps 8 --sampling.max_new_tokens 64)
mini_whole=(--evaluation.view whole --evaluation.prompt training --sampling.max_new_tokens 288)

# Checks whether a base is suitable: it can do the steps, but seldom does. It evaluates only the base, on validation
# problems. Forced careful = the token that opens a hasty result is forbidden.
mini_gate() {  # mini_gate BASE FOLDER; writes FOLDER/figures and returns 1 if the base is refused
  local base=$1 folder=$2 hasty careful sampled pass whole
  if [[ ! -f $folder/figures ]]; then
    hasty=$(echo '{"text":"~"}' | "$SRL_BIN/srl_model" tokenize --model "$base" 2>/dev/null | tr -dc 0-9) || return 1
    "$SRL_BIN/srl_eval" "${mini_eval[@]}" "${mini_step[@]}" --model "$base" --data "$MINI/data" --limit 360 --evaluation.samples 4 \
      --output "$folder/results/sampled/1" &&
    "$SRL_BIN/srl_eval" "${mini_eval[@]}" "${mini_step[@]}" --model "$base" --data "$MINI/data" --limit 360 --evaluation.samples 4 \
      --sampling.logit_bias "$hasty:-1e9" --output "$folder/results/careful/1" &&
    "$SRL_BIN/srl_eval" "${mini_eval[@]}" "${mini_whole[@]}" --model "$base" --input "$MINI/data/validation.jsonl" --evaluation.samples 8 \
      --output "$folder/results/sampled/1/whole" &&
    "$SRL_BIN/srl_eval" "${mini_eval[@]}" "${mini_whole[@]}" --model "$base" --input "$MINI/data/validation.jsonl" --evaluation.samples 4 \
      --sampling.logit_bias "$hasty:-1e9" --output "$folder/results/careful/1/whole" || return 1
    sampled=$("$SRL_BIN/srl_report" --study "$folder" --figure sampled 'step avg@4') &&
    careful=$("$SRL_BIN/srl_report" --study "$folder" --figure careful 'step avg@4') &&
    pass=$("$SRL_BIN/srl_report" --study "$folder" --figure sampled 'whole pass@8') &&
    whole=$("$SRL_BIN/srl_report" --study "$folder" --figure careful 'whole avg@4') || return 1
    echo "$sampled $careful $pass $whole" >"$folder/figures"
  fi
  read -r sampled careful pass whole <"$folder/figures"
  say "gate of $base: exact steps $sampled% sampled, $careful% forced careful; whole solutions pass@8 $pass%, $whole% forced careful"
  awk -v s="$sampled" -v c="$careful" -v p="$pass" 'BEGIN { exit !(s >= 15 && s <= 25 && c >= 90 && p < 2) }' && return 0
  say "gate: the base is refused (required: steps sampled 15-25%, forced careful at least 90%, whole pass@8 below 2%)"
  return 1
}
# Trains a base with one method. The model is written to MINI/runs/ROW/SEED/export (srl_rlvr: …/rlvr/export).
mini_train() {  # mini_train ROW SEED BASE UPDATES [OPTIONS…]
  local row=$1 seed=$2 base=$3 updates=$4 run=$MINI/runs/$1/$2
  shift 4
  mini_run() {  # mini_run PRESET MODEL RUN UPDATES OPTIONS…
    local preset=$1 model=$2 run=$3 updates=$4
    shift 4
    finished "$run" && return 0
    ${mini_ranked:-} "$SRL_BIN/srl_train" --config "$MINI_STUDY/presets/$preset.ini" --data "$MINI/data" --model "$model" --run "$run" --seed "$seed" \
      --threads 1 --training.updates "$updates" --resume auto "$@" && finished "$run"
  }
  case $row in
    base) return 0 ;;
    srl_rlvr)   # the same budget in total: half of the rollouts for each method
      mini_run srl "$base" "$run/srl" $((updates / 2)) "$@" && mini_run rlvr "$run/srl/export" "$run/rlvr" $((updates - updates / 2)) "$@" ;;
    *) mini_run "${row%%@*}" "$base" "$run" "$updates" "$@" ;;
  esac
}
mini_model() {  # mini_model ROW SEED BASE: prints the folder of the trained model
  case $1 in
    base) echo "$3" ;;
    srl_rlvr) echo "$MINI/runs/$1/$2/rlvr/export" ;;
    *) echo "$MINI/runs/$1/$2/export" ;;
  esac
}

# Evaluates single steps (greedy and 4 samples) and both views (docs/method.md, "Evaluation"; greedy and 8 samples).
mini_evaluate() {  # mini_evaluate ROW SEED MODEL [BENCHMARK] [DATA] [VIEWS]
  local row=$1 seed=$2 model=$3 benchmark=${4:-$MINI/data/test.jsonl} data=${5:-$MINI/data/test} views=${6:-step stepwise whole}
  local out=$MINI/results/$row/$seed view whole=()
  [[ $row == sft ]] && whole=(--instance.think_prefill off)   # prompted as in its training: without a thought
  local common=("${mini_eval[@]}" --model "$model" --seed "$seed")
  for view in $views; do
    case $view in
      step) ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_step[@]}" --data "$data" --limit $((3 * MINI_LIMIT)) --evaluation.samples 4 --output "$out/step" &&
        ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_step[@]}" --data "$data" --limit $((3 * MINI_LIMIT)) --sampling.greedy on --output "$out/step_greedy" ;;
      stepwise) ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_stepwise[@]}" --input "$benchmark" --limit "$MINI_LIMIT" --evaluation.samples 8 --output "$out/stepwise" &&
        ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_stepwise[@]}" --input "$benchmark" --limit "$MINI_LIMIT" --sampling.greedy on --output "$out/stepwise_greedy" ;;
      whole) ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_whole[@]}" "${whole[@]}" --input "$benchmark" --limit "$MINI_LIMIT" --evaluation.samples 8 --output "$out/whole" &&
        ${mini_ranked:-} "$SRL_BIN/srl_eval" "${common[@]}" "${mini_whole[@]}" "${whole[@]}" --input "$benchmark" --limit "$MINI_LIMIT" --sampling.greedy on --output "$out/whole_greedy" ;;
    esac || return 1
  done
}
