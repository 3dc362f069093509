#!/usr/bin/env bash
# The same saved rollouts give the same gradients on 1, 2, 3 and 4 ranks, with zero_stage 1 and 2, and with
# another pack budget.
source "$(dirname "$0")/shared/common.sh"
# The saved rollouts get rewards that differ within a group, so that advantages are not all zero.
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/replay"
awk '{ a = (NR % 4 - 1.5) * 0.7; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":" a ",\"advantage\":" a ","); print }' \
  "$WORK/sample/rollouts/update_000001.jsonl" >"$WORK/replay/update_000001.jsonl"
grep -q '"advantage":-1.05' "$WORK/replay/update_000001.jsonl" || fail "the saved rollouts do not have the expected format"
run() {  # run NAME RANKS ARGUMENTS…
  local name=$1 n=$2; shift 2
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --training.replay "$WORK/replay" --training.dump_gradients "$WORK/g_$name" --run "$WORK/r_$name" "$@" \
    2>"$WORK/log" || fail "$(cat "$WORK/log")"
}
run one 1
for n in 2 3 4; do
  run "$n" "$n"
  "$BUILD/tests/compare_tensors" "$WORK/g_one/update_1.safetensors" "$WORK/g_$n/update_1.safetensors" 3e-6 || fail "gradients on $n ranks differ from those on 1 rank"
done
for n in 1 2 3 4; do   # there are more packs than ranks, and the numbers of packs per rank differ
  run "zero2_$n" "$n" --training.zero_stage 2 --training.max_tokens_per_pack 1500
  "$BUILD/tests/compare_tensors" "$WORK/g_one/update_1.safetensors" "$WORK/g_zero2_$n/update_1.safetensors" 1e-5 || fail "gradients with zero_stage 2 on $n ranks differ from those on 1 rank"
done
run packs 1 --training.max_tokens_per_pack 700
"$BUILD/tests/compare_tensors" "$WORK/g_one/update_1.safetensors" "$WORK/g_packs/update_1.safetensors" 3e-6 || fail "gradients with another pack budget differ"
