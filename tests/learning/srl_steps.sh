#!/usr/bin/env bash
# SRL raises the share of held-out steps that equal the expert's exactly from below 0.3 to above 0.6 within 60
# updates, starting from the miniature's base with a fixed seed. Only the text of steps is rewarded, never the
# final answer.
set -euo pipefail
BIN=$(cd "$1" && pwd)/bin SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_learning.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
"$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 500 --synthetic.validation 60 --synthetic.test 0 --seed 1 --output "$WORK/data" 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
SECONDS=0
"$BIN/srl_train" --config "$SOURCE/studies/miniature/presets/srl.ini" --data "$WORK/data" --model "$SOURCE/studies/miniature/base" \
  --run "$WORK/run" --seed 1 --threads 1 --training.updates 60 --validation.every_updates 60 2>"$WORK/train.log" || fail "$(tail -3 "$WORK/train.log")"
exact() { grep -o '"exact_share":[0-9.e-]*' | tail -n 1 | cut -d: -f2; }
before=$(exact <"$WORK/run/validation.jsonl") after=$(tail -n 1 "$WORK/run/metrics.jsonl" | exact)
echo "share of exact steps: $before before, $after after 60 updates of 128 rollouts, in $SECONDS s"
awk -v before="$before" -v after="$after" 'BEGIN { exit !(before < 0.3 && after > 0.6) }' || fail "SRL did not raise the share of exact steps from below 0.3 to above 0.6"
