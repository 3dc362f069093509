#!/usr/bin/env bash
# An update is applied as a whole or not at all. A NaN in the second mini-batch takes back the first one. TERM
# in the middle of an SFT update drops the update.
source "$(dirname "$0")/shared/common.sh"
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/good" "$WORK/bad"
# Different advantages. In `bad`, the advantage of one completion of the last group overflows in fp32.
replayed() {
  awk -v worst="$1" '{ a = (NR % 4 - 1.5) * 0.7; if (NR == 12) a = worst; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":0.5,\"advantage\":" a ","); print }' \
    "$WORK/sample/rollouts/update_000001.jsonl"
}
replayed 1.05 >"$WORK/good/update_000001.jsonl"
replayed 1e300 >"$WORK/bad/update_000001.jsonl"
learn() {  # learn NAME REPLAY RANKS ARGUMENTS…
  local name=$1 replay=$2 n=$3; shift 3
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --training.replay "$WORK/$replay" --objective.minibatches 2 --run "$WORK/$name" "$@" 2>"$WORK/log"
}
same_as_start() { "$BUILD/tests/compare_tensors" "$WORK/model/model.safetensors" "$1/export/model.safetensors" 0 >/dev/null; }
learn good good 2 || fail "$(cat "$WORK/log")"
same_as_start "$WORK/good" && fail "an update with good rollouts did not change the weights"
for zero in 1 2; do
  learn "bad_$zero" bad 2 --training.zero_stage $zero || fail "$(cat "$WORK/log")"
  same_as_start "$WORK/bad_$zero" || fail "zero_stage $zero: the mini-batch before the NaN was not taken back"
  grep -q '"loss":null.*"skipped":true' "$WORK/bad_$zero/metrics.jsonl" || fail "metrics.jsonl does not report the skipped update: $(cat "$WORK/bad_$zero/metrics.jsonl")"
  [[ -s $WORK/bad_$zero/bad_updates/update_000001.jsonl ]] ||
    fail "the rollouts of the bad update were not written"
done
set +e
learn stops bad 1 --training.max_bad_updates 1; code=$?
set -e
[[ $code -eq 1 ]] && grep -q 'not finite' "$WORK/log" || fail "max_bad_updates = 1: exit $code"

# SFT: TERM while the packs of an update are computed, in an endless run.
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
