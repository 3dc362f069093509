#!/usr/bin/env bash
# slow_checkpoint.sh BUILD [RATE=70000]: how long updates take while a checkpoint is written to a disk of RATE
# bytes per second, compared with updates without a checkpoint: the median of updates 2 to 6 in both. The
# checkpoint of update 1 is under way all that time. Prints the ratio; exits 1 above 1.1, and where an update
# takes less than 2 s (PROMPTS, default 480, sets its size). For an idle machine.
RATE=${2:-70000}
source "$(dirname "$0")/../training/shared/common.sh"
LONG=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400
  --training.prompts_per_update "${PROMPTS:-480}" --training.max_tokens_per_pack 2000 --training.updates 6)
train() { ranks 2 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=/rank_ SLOW_RATE=$RATE "$BIN/srl_train" "${LONG[@]}" --run "$1" "${@:2}" 2>"$1.log" || fail "$(tail -5 "$1.log")"; }
median() { sed -n '2,6s/.*"total":\([0-9.]*\).*/\1/p' "$1/metrics.jsonl" | sort -g | sed -n 3p; }
train "$WORK/without" --checkpoint.every_updates 0
train "$WORK/during" --checkpoint.every_updates 1
for update in 2 3 4 5; do
  grep -q "the checkpoint of update $update is skipped: that of update 1 is still being written" "$WORK/during.log" || fail "the checkpoint of update 1 was complete before update $update: take a smaller RATE"
done
grep 'slow disk.*update_000001' "$WORK/during.log"
awk -v rate="$RATE" '/slow disk.*update_000001/ { files++; for (i = 1; i < NF; i++) { if ($(i + 1) == "bytes") b = $i; if ($(i + 1) ~ /^s]/) s = $i }
  if (s < b / rate) exit 1 } END { exit files != 2 }' "$WORK/during.log" || fail "the file did not take as long as the rate says"
awk -v without="$(median "$WORK/without")" -v during="$(median "$WORK/during")" \
  'BEGIN { printf "median of 5 updates: %.2f s without a checkpoint, %.2f s during one: ratio %.3f\n", without, during, during / without; exit during > 1.1 * without || without < 2 }'
