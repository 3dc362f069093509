#!/usr/bin/env bash
# Arrays of srl_eval whose tasks are killed at random moments (KILL and TERM) and started again give the same
# records and the same tables, byte for byte, as one task that was not killed.
#   kills.sh BUILD_FOLDER [KILLS] ["NUMBERS OF TASKS"] [SEED]     the long form: kills.sh build/cpu-release 10 "1 3 8"
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
KILLS=${2:-2} COUNTS=${3:-3} SEED=${4:-$((RANDOM * 32768 + RANDOM))}
RANDOM=$SEED
echo "seed $SEED"
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --seed 5 --output "$WORK/other" 2>"$WORK/init.log"
head -n 5 "$SOURCE/data_prep/example/benchmark.jsonl" >"$WORK/first.jsonl"
tail -n 6 "$SOURCE/data_prep/example/benchmark.jsonl" >"$WORK/last.jsonl"
cat >"$WORK/sweep.ini" <<INI
[models]
small = $WORK/model
other = $WORK/other
[settings greedy]
sampling.greedy = on
sampling.max_new_tokens = 60
[settings avg4]
evaluation.samples = 4
sampling.max_new_tokens = 60
sampling.min_new_tokens = 30
[benchmarks]
first = $WORK/first.jsonl
last = $WORK/last.jsonl
INI
evaluate() {  # evaluate FOLDER TASK TASKS: in the background; sets pid
  "$BIN/srl_eval" --sweep "$WORK/sweep.ini" --output "$1" --task "$2" --tasks "$3" --threads 1 --instance.chat_template chatml \
    --evaluation.batch 1 --seed 7 >"$1.out_$2" 2>>"$1.log_$2" </dev/null & pid=$!
}
records() { cat "$1"/records_*.jsonl | sed -E 's/"seconds":[-+.0-9e]+//' | LC_ALL=C sort; }
count() { { cat "$1"/records_*.jsonl 2>/dev/null || true; } | wc -l; }
is_finished() { grep -qx state=finished "$1/STATUS_$(printf %05d "$2")" 2>/dev/null; }
report() { (cd "$1" && "$BIN/srl_report" . "${@:2}"); }

evaluate "$WORK/whole" 0 1
wait "$pid" || fail "$(tail -5 "$WORK/whole.log_0")"
ALL=$((2 * 11 * 5))
(($(count "$WORK/whole") == ALL)) || fail "$(count "$WORK/whole") records"
for tasks in $COUNTS; do
  folder=$WORK/array_$tasks killed=0
  for ((round = 0; ; round++)); do
    ((round < 200)) || fail "the array of $tasks tasks does not end"
    pids=() left=()
    for task in $(seq 0 $((tasks - 1)) | shuf --random-source=<(yes "$SEED $round")); do
      ((${#pids[@]} < 2)) || break   # two at once
      is_finished "$folder" "$task" || { evaluate "$folder" "$task" "$tasks"; pids+=("$pid") left+=("$task"); }
    done
    ((${#pids[@]})) || break
    victim=-1
    if ((killed < KILLS)); then
      # A random number of further records, such that the kills spread over the whole array.
      before=$(count "$folder")
      span=$((2 * (ALL - before) / (KILLS - killed + 1)))
      target=$((before + RANDOM % (span > 0 ? span : 1)))
      while (($(count "$folder") < target)) && kill -0 "${pids[@]}" 2>/dev/null; do sleep 0.02; done
      victim=$((RANDOM % ${#pids[@]})) signal=KILL
      ((RANDOM % 2)) && signal=TERM
      if kill -$signal "${pids[victim]}" 2>/dev/null; then
        killed=$((killed + 1))
        echo "$tasks tasks: $signal for task ${left[victim]} at $(count "$folder") of $ALL records"
      fi
    fi
    for i in "${!pids[@]}"; do
      code=0
      { wait "${pids[i]}"; } 2>/dev/null || code=$?
      ((code == 0 || i == victim)) || fail "task ${left[i]}: exit code $code: $(tail -5 "$folder.log_${left[i]}")"
    done
  done
  cmp <(records "$WORK/whole") <(records "$folder") || fail "$tasks tasks with $killed kills have other records"
  for format in text markdown csv; do
    cmp <(report "$WORK/whole" --format "$format") <(report "$folder" --format "$format") || fail "$tasks tasks have another $format report"
  done
  echo "$tasks tasks, $killed kills: the same records and the same report"
done
