#!/usr/bin/env bash
# In fp64 the same saved rollouts change the parameters equally on 1, 2, 3 and 4 ranks; fp64 without saved rollouts is refused.
source "$(dirname "$0")/common.sh"
UPDATES=3
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates $UPDATES --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/replay"
for file in "$WORK"/sample/rollouts/*.jsonl; do
  awk '{ a = (NR % 4 - 1.5) * 0.7; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":" a ",\"advantage\":" a ","); print }' "$file" >"$WORK/replay/$(basename "$file")"
done
run() {  # run NAME RANKS WORDS…
  local name=$1 n=$2; shift 2
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.updates $UPDATES --training.replay "$WORK/replay" --dtype fp64 --run "$WORK/r_$name" "$@" \
    2>"$WORK/log" || fail "$(cat "$WORK/log")"
}
same() {  # same A B
  "$BUILD/tests/compare_tensors" "$WORK/r_$1/export/model.safetensors" "$WORK/r_$2/export/model.safetensors" 1e-10 || fail "parameters of $2 differ from those of $1"
}
run one 1
for n in 2 3 4; do
  run "$n" "$n"
  same one "$n"
done
run packs 2 --training.pack_tokens 700
same one packs
for n in 1 3; do
  run "zero2_$n" "$n" --training.zero 2 --training.pack_tokens 1500
  same one "zero2_$n"
done
# mini-batches: other updates than one, but the same whatever the layout
run parts_1 1 --objective.minibatches 2
run parts_3 3 --objective.minibatches 2 --training.zero 2
same parts_1 parts_3
set +e
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --dtype fp64 --run "$WORK/refused" 2>"$WORK/log"; code=$?
set -e
[[ $code -eq 2 ]] && grep -q 'replayed rollouts' "$WORK/log" || fail "fp64 without saved rollouts: exit $code"
