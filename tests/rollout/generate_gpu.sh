#!/usr/bin/env bash
# generate_gpu.sh BUILD_FOLDER: srl_generate on emulated GPUs. Greedy completions in fp32 are those of the CPU;
# completions are the same on 1 and 2 ranks and after preemptions; an output is not resumed on another device.
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
for ((i = 0; i < 8; ++i)); do echo "{\"prompt\": \"$i + 1$i =\", \"draw\": $i}"; done >"$WORK/in.jsonl"
generate() {  # generate RANKS OUTPUT ARGUMENTS…
  ranks "$1" "$BIN/srl_generate" --model "$WORK/model" --input "$WORK/in.jsonl" --output "$WORK/$2.jsonl" --threads 1 \
    --sampling.max_new_tokens 40 --completions 2 "${@:3}" 2>"$WORK/$2.err" ||
    fail "$2: $(grep -v "^--" "$WORK/$2.err" | head -30)"
  sed -E 's/,?"seconds":[^},]*//g' "$WORK/$2.jsonl" >"$WORK/$2"
}
ids() { sed -E 's/"logprobs":\[[^]]*\],?//g' "$WORK/$1"; }
generate 1 cpu --device cpu --sampling.greedy true
generate 1 gpu --device cuda --dtype fp32 --sampling.greedy true --rollout.kv_cache_bytes 4M
cmp <(ids cpu) <(ids gpu) || fail "greedy completions in fp32 differ between CPU and GPU"
generate 1 one --device cuda --rollout.kv_cache_bytes 4M
grep -q 'generating on emulated:0 .* in bf16' "$WORK/one.err" || fail "the log does not name the device: $(cat "$WORK/one.err")"
generate 2 two --device cuda --rollout.kv_cache_bytes 110K --rollout.max_sequences 5 --rollout.prefill_chunk 7
grep -qE ' [1-9][0-9]* preempted' "$WORK/two.err" || fail "no completion was preempted: $(cat "$WORK/two.err")"
cmp "$WORK/one" "$WORK/two" || fail "completions depend on ranks, limits or the budget"
code=0
"$BIN/srl_generate" --model "$WORK/model" --input "$WORK/in.jsonl" --output "$WORK/one.jsonl" --sampling.max_new_tokens 40 --completions 2 \
  --device cpu --resume true 2>"$WORK/err" || code=$?
((code == 2)) && grep -q 'dtype' "$WORK/err" || fail "an output of a GPU was resumed on the CPU: $code, $(cat "$WORK/err")"
code=0
"$BIN/srl_generate" --model "$WORK/model" --input "$WORK/in.jsonl" --device cuda --rollout.kv_cache_bytes 100G 2>"$WORK/err" || code=$?
((code != 0)) && grep -q 'lower rollout.kv_cache_bytes' "$WORK/err" || fail "a cache that does not fit: $code, $(cat "$WORK/err")"
