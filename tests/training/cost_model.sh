#!/usr/bin/env bash
# cost_model.sh BUILD [RANKS…=1 2 4 8]: what --dry_run says of R ranks (files, bytes on disk, bytes sent) against
# what a run on R ranks does: files opened, bytes read and bytes sent by a start, bytes sent by the gradient reductions and
# by gathering the weights, files and bytes of a checkpoint, files opened by a resume.
COUNTS=("${@:2}")
((${#COUNTS[@]} > 0)) || COUNTS=(1 2 4 8)
source "$(dirname "$0")/shared/common.sh"
"$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output "$WORK/shards" --holdout.questions 4 --shards.solutions 8 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
RUN=("${SRL[@]}" --data "$WORK/shards" --validation.every_updates 0 --training.prompts_per_update 16 --checkpoint.every_updates 2)
counted=(env "LD_PRELOAD=$BUILD/tests/libcount_reads.so:$BUILD/tests/libcount_messages.so" COUNT_FROM=20000)
planned() {  # planned PHASE COLUMN: a figure of the table in bytes or files
  sed -n "s/^$1  *\([0-9-]*\)  *\([0-9.-]* *[KMGT]*i*B*\)  *\([0-9.-]* *[KMGT]*i*B*\)  *[0-9.]*$/\\$2/p" "$WORK/plan_$R" |
    awk '{ unit["B"] = 1; unit["KiB"] = 1024; unit["MiB"] = 1024 ^ 2; unit["GiB"] = 1024 ^ 3
      match($0, /^[0-9.]+/); n = substr($0, 1, RLENGTH); u = substr($0, RLENGTH + 1); gsub(/ /, "", u); printf "%.0f\n", n * (u == "" ? 1 : unit[u]) }'
}
# The table rounds to two digits, up to 4%. agrees NAME PLANNED COUNTED TOLERANCE [FREE]: |planned - counted| <= TOLERANCE * counted + FREE
agrees() {
  printf '%2d ranks  %-34s planned %10s  counted %10s\n' "$R" "$1" "$2" "$3"
  awk -v p="$2" -v c="$3" -v t="$4" -v f="${5:-0}" 'BEGIN { d = p - c; exit !(p != "" && (d < 0 ? -d : d) <= t * c + f) }' || { echo "  they differ by more than $4"; failed=1; }
}
sums() { awk -v key="$1" '{ for (i = 1; i < NF; i++) if ($i == key) sum += $(i + 1) } END { printf "%.0f\n", sum }' "$2"; }
model_bytes=$(du -bc "$WORK"/model/* | tail -1 | cut -f1) weights=$(stat -c %s "$WORK/model/model.safetensors")
for R in "${COUNTS[@]}"; do
  "$BIN/srl_train" "${RUN[@]}" --dry_run --plan.ranks "$R" --training.updates 2 >"$WORK/plan_$R" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
  run=$WORK/run_$R
  ranks "$R" "${counted[@]}" COUNT_NAME="$WORK/" SRL_WRITE_BYTES_PER_SECOND=1 "$BIN/srl_train" "${RUN[@]}" --run "$WORK/start_$R" \
    --training.updates 2 --job.end_time $(($(date +%s) + 20000)) 2>"$WORK/start_$R.log" || fail "$(tail -3 "$WORK/start_$R.log")"
  ranks "$R" "${counted[@]}" COUNT_NAME="$run/" "$BIN/srl_train" "${RUN[@]}" --run "$run" --training.updates 2 2>"$run.log" || fail "$(tail -3 "$run.log")"
  ranks "$R" "${counted[@]}" COUNT_NAME="$run/checkpoints/" "$BIN/srl_train" "${RUN[@]}" --run "$run" --training.updates 3 2>"$run.resume.log" ||
    fail "$(tail -3 "$run.resume.log")"
  # Mapped files count as read in whole, and the weights file is mapped three times.
  agrees "start: files opened" "$(planned start 1)" "$(sums opens "$WORK/start_$R.log")" 0.2 3
  agrees "start: bytes read" "$(planned start 2)" "$(($(sums bytes "$WORK/start_$R.log") - 2 * weights))" 0.2 $((2 * model_bytes / 100))
  agrees "start: weights, bytes sent" "$(planned start 3)" "$(($(sums broadcast "$WORK/start_$R.log") / R))" 0.04
  agrees "update: gradients, bytes sent" "$(planned "update: gradients reduced" 3)" "$(($(sums reduced "$run.log") / 2 / R))" 0.04
  agrees "update: weights, bytes sent" "$(planned "update: weights gathered" 3)" "$(($(sums gathered "$run.log") / 2 / R))" 0.04
  checkpoint=$run/checkpoints/update_000002
  agrees "checkpoint: files" "$(planned checkpoint 1)" "$(find "$checkpoint" -type f | wc -l)" 0
  agrees "checkpoint: bytes written" "$(planned checkpoint 2)" "$(du -bc "$checkpoint"/rank_* | tail -1 | cut -f1)" 0.04 $((R * 1000))
  agrees "resume: files opened" "$(planned "resume, after a start" 1)" "$(sums opens "$run.resume.log")" 0.1 3
  agrees "resume: bytes read" "$(planned "resume, after a start" 2)" "$(sums bytes "$run.resume.log")" 0.05 $((R * 2000))
done
((${failed:-0} == 0)) || fail "the cost model and the counts differ"
