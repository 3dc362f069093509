#!/usr/bin/env bash
# Ten SRL updates in bf16 on an emulated GPU raise the mean reward: rollouts, rewards, gradients and optimizer together
# learn the steps of one problem. The seed is fixed, and the bits do not depend on the order of the GPU's work. The best
# model is exported between sampling and training, and similarities computed on the GPU are those of srl_score on the CPU.
#   gpu_updates.sh BUILD_FOLDER
set -euo pipefail
BUILD=$(cd "$1" && pwd) SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
BIN=$BUILD/bin
grep -q '^SRL_DEVICE:.*=emulated' "$BUILD/CMakeCache.txt" || { echo "skipped: this build has no emulated GPUs"; exit 77; }
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_learning.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
"$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 1 --synthetic.steps 3 --synthetic.validation 1 --synthetic.test 0 --seed 3 \
  --output "$WORK/data" 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
train() {  # train RUN ARGUMENTS…
  local run=$1; shift
  "$BIN/srl_train" --config "$SOURCE/studies/miniature/presets/srl.ini" --device cuda --data "$WORK/data" --model "$SOURCE/studies/miniature/base" \
    --run "$WORK/$run" --seed 2 --threads 1 --training.prompts_per_update 2 --training.learning_rate 1e-3 --sampling.max_new_tokens 40 \
    --training.max_tokens_per_pack 1024 --rollout.kv_cache_bytes 16M "$@" 2>"$WORK/$run.log" || fail "$(tail -n 3 "$WORK/$run.log")"
}
train run --signal.kind exact --training.updates 10 --validation.every_updates 10
mv "$WORK/run.log" "$WORK/train.log"
grep -q 'computed on emulated:0 .* in bf16' "$WORK/train.log" || fail "the run was not on the GPU in bf16: $(cat "$WORK/train.log")"
sed 's/.*"reward_mean":\([^,]*\),.*/\1/' "$WORK/run/metrics.jsonl" | awk '
  { reward[NR] = $1 }
  END {
    first = (reward[1] + reward[2] + reward[3]) / 3; last = (reward[8] + reward[9] + reward[10]) / 3
    printf "mean reward: %.3f in updates 1 to 3, %.3f in updates 8 to 10\n", first, last
    exit !(NR == 10 && last > first + 0.1)
  }' || fail "the reward did not rise: $(cut -c1-300 "$WORK/run/metrics.jsonl")"
cmp "$WORK/run/export_best/model.safetensors" "$WORK/run/export/model.safetensors" || fail "the best model is not that of update 10"

train similar --signal.kind similarity --training.updates 1 --training.samples_kept 16 --validation.every_updates 1
grep -q '"rewards_on_gpu":[1-9]' "$WORK/similar/metrics.jsonl" || fail "no reward was computed on the GPU: $(cat "$WORK/similar/metrics.jsonl")"
right=$(grep -c '"format_error":"none"' "$WORK/similar/samples.jsonl")
sed -nE 's/.*"action":(.*),"target":(.*),"reward":([^,]*),"format_error":"none".*/{"a":\1,"b":\2}/p' "$WORK/similar/samples.jsonl" |
  "$BIN/srl_score" similarity | sed -E 's/.*"ratio":([^,}]*).*/\1/' >"$WORK/scored" || fail "srl_score failed"
sed -nE 's/.*"reward":([^,]*),"format_error":"none".*/\1/p' "$WORK/similar/samples.jsonl" | diff - "$WORK/scored" || fail "rewards of the GPU are not those of srl_score"
((right > 8 && $(wc -l <"$WORK/scored") == right)) || fail "$right samples, $(wc -l <"$WORK/scored") scores"
echo "$right rewards computed on the GPU are those of srl_score"
# A validation's rewards come from the GPU, its similarities from the CPU: reward = similarity, or -1 for a wrong format.
sed -nE 's/.*"validation":\{"format_rate":([^,]*),"similarity_given_format":([^,]*),.*"reward_mean":([^,]*),"rewards_on_gpu":([^,}]*).*/\1 \2 \3 \4/p' \
  "$WORK/similar/metrics.jsonl" | awk '{ d = $1 * $2 - (1 - $1) - $3; if (d * d < 1e-18 && $4 > 0) found = 1 } END { exit !found }' ||
  fail "rewards of the validation are not its similarities: $(cat "$WORK/similar/metrics.jsonl")"
