#!/usr/bin/env bash
# In fp64, ten updates from the same saved rollouts change the parameters equally (up to 1e-8 of the change)
# on 1, 2, 3 and 4 ranks, with zero_stage 1 and 2, with any pack budget, with mini-batches, and when a run
# resumes on another number of ranks. fp64 without saved rollouts is refused.
source "$(dirname "$0")/shared/common.sh"
UPDATES=10
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates $UPDATES --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/replay"
for file in "$WORK"/sample/rollouts/*.jsonl; do
  awk '{ a = (NR % 4 - 1.5) * 0.7; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":" a ",\"advantage\":" a ","); print }' "$file" >"$WORK/replay/$(basename "$file")"
done
run() {  # run NAME RANKS ARGUMENTS…
  local name=$1 n=$2; shift 2
  local words=("$@")
  [[ " $* " == *" --training.updates "* ]] || words+=(--training.updates "$UPDATES")
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.replay "$WORK/replay" --dtype fp64 --run "$WORK/r_$name" "${words[@]}" \
    2>"$WORK/log" || fail "$(cat "$WORK/log")"
}
same() {  # same A B: checks that runs A and B ended with the same parameters
  "$BUILD/tests/compare_tensors" "$WORK/r_$1/export/model.safetensors" "$WORK/r_$2/export/model.safetensors" 1e-8 "$WORK/model/model.safetensors" ||
    fail "parameters of $2 differ from those of $1"
}
run one 1
for n in 2 3 4; do
  run "$n" "$n"
  same one "$n"
done
budgets=(16 700 1500 8192)
for n in 1 2 3 4; do
  run "zero2_$n" "$n" --training.zero_stage 2 --training.max_tokens_per_pack "${budgets[n - 1]}"
  same one "zero2_$n"
done
run packs_16 2 --training.max_tokens_per_pack 16
same one packs_16
run packs_700 1 --training.max_tokens_per_pack 700 --training.recompute on
same one packs_700
# Mini-batches give other updates than whole batches, but they do not depend on ranks, zero_stage or pack
# budget.
run parts_1 1 --objective.minibatches 2 --objective.kl_beta 0.05
run parts_3 3 --objective.minibatches 2 --objective.kl_beta 0.05 --training.zero_stage 2 --training.max_tokens_per_pack 700
same parts_1 parts_3
# Half of the updates on three ranks, the other half on two.
run resumed 3 --training.updates 5
run resumed 2
grep -q 'saved by 3 ranks' "$WORK/log" || fail "not resumed: $(tail -5 "$WORK/log")"
same one resumed
set +e
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --dtype fp64 --run "$WORK/refused" 2>"$WORK/log"; code=$?
set -e
[[ $code -eq 2 ]] && grep -q 'replayed rollouts' "$WORK/log" || fail "fp64 without saved rollouts: exit $code"
