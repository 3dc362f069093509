#!/usr/bin/env bash
# start_counts.sh BUILD [FEW=2 MANY=16]: eight times the ranks must not read and render eight times as much when
# a run starts. Counted over all ranks until the first update: files opened, bytes read, prompts rendered and CPU
# seconds grow at most 2 times. No rank reads a piece of a shard for every solution in it: the few ranks read at
# most 4 times what model and data have. `start_counts.sh BUILD 8 64` is the same with more ranks.
FEW=${2:-2} MANY=${3:-16}
source "$(dirname "$0")/shared/common.sh"
# Solutions in several shards, a system prompt and a benchmark for validation.
for ((i = 1; i <= 2000 * MANY; i++)); do   # so much that reading and rendering cost more than a process does
  printf '{"id": "q%d", "question": "Add %d and %d.", "solution": "1. Take %d.\\n2. Add %d to it, slowly.\\n3. It is %d.", "answer": "%d"}\n' \
    "$i" "$i" "$i" "$i" "$i" $((2 * i)) $((2 * i))
done >"$WORK/many.jsonl"
printf 'Write the next step.\n' >"$WORK/system.txt"
"$BIN/srl_prep" --input "$WORK/many.jsonl" --output "$WORK/many" --holdout.questions 8 --shards.solutions 2500 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
printf '{"question": "What is 1 + 1?", "answer": "2"}\n' >"$WORK/benchmark.jsonl"
export SRL_WRITE_BYTES_PER_SECOND=1   # a checkpoint would take so long that the run saves before its first update
for n in "$FEW" "$MANY"; do
  ranks "$n" env LD_PRELOAD="$BUILD/tests/libcount_reads.so" COUNT_NAME="$WORK/" "$BIN/srl_train" "${SRL[@]}" --data "$WORK/many" --run "$WORK/run_$n" \
    --training.updates 10 --instance.system_prompt "$WORK/system.txt" --job.end_time $(($(date +%s) + 20000)) \
    --validation.every_updates 5 --validation.questions 8 --validation.benchmark "$WORK/benchmark.jsonl" 2>"$WORK/$n.log" || fail "$(tail -5 "$WORK/$n.log")"
  status_is "$WORK/run_$n" saved
  grep -qx 'update=0' "$WORK/run_$n/STATUS" || fail "the run did not stop before its first update"
done
counts() {  # counts RANKS: opens, bytes, prompts, CPU seconds
  awk '/\[reads\]/ { opens += $3; bytes += $5 }
    /start: all ranks together/ { for (i = 1; i < NF; i++) { if ($(i + 1) == "prompts") prompts = $i; if ($(i + 1) == "s") seconds = $i } }
    END { printf "%.0f %.0f %d %s\n", opens, bytes, prompts, seconds }' "$WORK/$1.log"
}
read -r -a few < <(counts "$FEW")
read -r -a many < <(counts "$MANY")
names=("files opened" "bytes read" "prompts rendered" "CPU seconds")
for i in 0 1 2 3; do
  echo "${names[i]}: ${few[i]} with $FEW ranks, ${many[i]} with $MANY"
  awk -v few="${few[i]}" -v many="${many[i]}" 'BEGIN { exit !(few > 0 && many <= 2 * few) }' || { failed=1; echo "  more than 2 times"; }
done
size=$(du -bc "$WORK"/many/shards/* "$WORK"/model/* | tail -1 | cut -f1)
((few[1] <= 4 * size)) || { echo "bytes read by $FEW ranks: ${few[1]}, more than 4 times the $size of the files"; failed=1; }
((${failed:-0} == 0)) || fail "a start costs more with more ranks"
