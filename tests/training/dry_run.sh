#!/usr/bin/env bash
# --dry_run needs no weights and prints the plan on stdout. If the run does not fit, the error names what
# would fit.
source "$(dirname "$0")/shared/common.sh"
set +e
ranks 2 "$BIN/srl_train" "${SRL[@]}" --run "$WORK/run" --training.updates 3 --plan.memory 1M >"$WORK/log" 2>&1; code=$?
set -e
[[ $code -eq 2 ]] && grep -q 'does not fit: ' "$WORK/log" || fail "a run that cannot fit was started: exit $code, $(cat "$WORK/log")"
status_is "$WORK/run" failed
rm "$WORK"/model/*.safetensors
dry() { "$BIN/srl_train" "${SRL[@]}" --dry_run "$@" 2>"$WORK/log"; }
dry --training.updates 3 >"$WORK/out" || fail "$(cat "$WORK/log")"
grep -q '^checkpoint bytes: [1-9][0-9]*$' "$WORK/out" && grep -q '^memory per rank, planned: ' "$WORK/out" && grep -q '^time, at least, .* per update, .* hours per epoch' "$WORK/out" && grep -qE '^fits: [0-9.]+ [KMGT]?i?B of [0-9.]+ [KMGT]iB per rank$' "$WORK/out" ||
  fail "the plan lacks something: $(cat "$WORK/out")"
dry --training.updates 3 --plan.ranks 4 --plan.rollout_tokens_per_second 100 --plan.training_tokens_per_second 50 >"$WORK/out" || fail "$(cat "$WORK/log")"
grep -q 'hours per epoch, .* hours of all ranks' "$WORK/out" || fail "no time: $(cat "$WORK/out")"
grep -q '^cost of 4 ranks, if the file system reads 2.0 GiB/s' "$WORK/out" && grep -qE '^update: gradients reduced +- +- +[0-9.]+ [KM]iB +[0-9.]+$' "$WORK/out" || fail "no costs: $(cat "$WORK/out")"
bytes=$(sed -n 's/^memory bytes per rank: //p' "$WORK/out")
set +e
dry --training.updates 3 --training.max_tokens_per_pack 8192 --training.prompts_per_update 64 --plan.memory $((bytes * 3 / 2)) >"$WORK/out"; code=$?
set -e
[[ $code -eq 2 ]] || fail "a run that cannot fit gave exit code $code instead of 2"
grep -q 'does not fit: .*; it would fit with ' "$WORK/log" || fail "did not say what would fit: $(cat "$WORK/log")"
