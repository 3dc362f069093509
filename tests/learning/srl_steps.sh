#!/usr/bin/env bash
# SRL raises the share of held-out steps that equal the expert's exactly from below 0.3 to above 0.6, starting from the
# miniature's base with a fixed seed. Only the text of steps is rewarded, never the final answer.
#   srl_steps.sh BUILD_FOLDER [cpu|cuda]
# On the CPU in 60 updates of 128 rollouts. With cuda in bf16 on a GPU, or an emulated one, in 30 updates of 64 rollouts
# at twice the learning rate: an emulated GPU needs up to an hour for them.
set -euo pipefail
BIN=$(cd "$1" && pwd)/bin SOURCE=$(cd "$(dirname "$0")/../.." && pwd) device=${2:-cpu}
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_learning.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
case $device in
  cpu) updates=60 SIZES=() ;;
  cuda) updates=30 SIZES=(--training.prompts_per_update 8 --training.learning_rate 6e-4 --rollout.kv_cache_bytes 64M) ;;
  *) fail "the device is cpu or cuda, not $device" ;;
esac
"$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 500 --synthetic.validation 60 --synthetic.test 0 --seed 1 --output "$WORK/data" 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
SECONDS=0
"$BIN/srl_train" --config "$SOURCE/studies/miniature/presets/srl.ini" --data "$WORK/data" --model "$SOURCE/studies/miniature/base" --device "$device" \
  --run "$WORK/run" --seed 1 --threads 1 --training.updates $updates "${SIZES[@]}" --validation.every_updates $updates 2>"$WORK/train.log" || fail "$(tail -3 "$WORK/train.log")"
exact() { grep -o '"exact_share":[0-9.e-]*' | tail -n 1 | cut -d: -f2; }
before=$(exact <"$WORK/run/validation.jsonl") after=$(tail -n 1 "$WORK/run/metrics.jsonl" | exact)
echo "share of exact steps: $before before, $after after $updates updates, in $SECONDS s$(grep -o ', computed on .* in bf16' "$WORK/train.log" | head -n 1)"
awk -v before="$before" -v after="$after" 'BEGIN { exit !(before < 0.3 && after > 0.6) }' || fail "SRL did not raise the share of exact steps from below 0.3 to above 0.6"
