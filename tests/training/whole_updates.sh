#!/usr/bin/env bash
# An update is applied whole or not at all: NaN in the second mini-batch takes the first one back; TERM in the middle of an SFT update drops it.
source "$(dirname "$0")/common.sh"
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/good" "$WORK/bad"
# advantages that differ; in `bad` one answer of the last group has one that overflows in fp32
replayed() {
  awk -v worst="$1" '{ a = (NR % 4 - 1.5) * 0.7; if (NR == 12) a = worst; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":0.5,\"advantage\":" a ","); print }' \
    "$WORK/sample/rollouts/update_000001.jsonl"
}
replayed 1.05 >"$WORK/good/update_000001.jsonl"
replayed 1e300 >"$WORK/bad/update_000001.jsonl"
learn() {  # learn NAME REPLAY RANKS WORDS…
  local name=$1 replay=$2 n=$3; shift 3
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --training.replay "$WORK/$replay" --objective.minibatches 2 --run "$WORK/$name" "$@" 2>"$WORK/log"
}
same_as_start() { "$BUILD/tests/compare_tensors" "$WORK/model/model.safetensors" "$1/export/model.safetensors" 0 >/dev/null; }
learn good good 2 || fail "$(cat "$WORK/log")"
same_as_start "$WORK/good" && fail "good rollouts changed nothing"
for zero in 1 2; do
  learn "bad_$zero" bad 2 --training.zero_stage $zero || fail "$(cat "$WORK/log")"
  same_as_start "$WORK/bad_$zero" || fail "zero = $zero: a mini-batch before the NaN was left applied"
  grep -q '"loss":null.*"skipped":true' "$WORK/bad_$zero/metrics.jsonl" || fail "the skipped update is not told: $(cat "$WORK/bad_$zero/metrics.jsonl")"
  [[ -s $WORK/bad_$zero/bad_updates/update_000001.jsonl ]] ||
    fail "the bad update's instances were not written"
done
set +e
learn stops bad 1 --training.max_bad_updates 1; code=$?
set -e
[[ $code -eq 1 ]] && grep -q 'not finite' "$WORK/log" || fail "max_bad_updates = 1: exit $code"

# SFT, TERM while an update's packs are computed, in a run that would take longer than any test may
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400
  --training.prompts_per_update 48 --training.max_tokens_per_pack 700)
sft() { ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$1" --training.updates "$2" 2>>"$1.log"; }
sft "$WORK/term" $ENDLESS & pid=$!
wait_updates "$WORK/term" 1 $pid
pkill -TERM -f "^$BIN/srl_train.*$WORK/term"
wait $pid || fail "TERM gave exit code $?: $(tail -5 "$WORK/term.log")"
status_is "$WORK/term" saved
UPDATES=$(updates_after "$WORK/term")
sft "$WORK/term" $UPDATES || fail "$(tail -5 "$WORK/term.log")"
sft "$WORK/straight" $UPDATES || fail "$(tail -5 "$WORK/straight.log")"
same_model "$WORK/straight" "$WORK/term"
