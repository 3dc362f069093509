#!/bin/sh
# generate_invariance.sh MPIRUN SRL_GENERATE SRL_MODEL [MODEL] [PROMPTS] [LONGEST] [NEW_TOKENS] [KV_BUDGETS]
# Sampled completions are the same bit for bit (ids and log-probabilities) in random order, with random batch
# limits and KV-cache budgets that force preemptions, on 1, 2 and 3 ranks. Without MODEL (or with "-") a small
# random model is made. Each KV budget must hold the longest prompt and its completion.
set -eu
mpirun=$1 generate=$2 srl_model=$3 model=${4:--} prompts=${5:-200} longest=${6:-150} new=${7:-40} budgets=${8:-600K 800K 1200K}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ "$model" = - ]; then
  "$srl_model" init --architecture mini --output "$work/model" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
  model=$work/model
fi
# Half of the prompts have the same beginning, so that prefixes are shared. Lengths are 1 to LONGEST.
awk -v n="$prompts" -v longest="$longest" 'BEGIN {
  srand(7)
  for (i = 0; i < 40; ++i) head[i] = 10 + int(rand() * 200)
  for (p = 0; p < n; ++p) {
    length_ = 1 + int(rand() * longest); text = ""
    for (i = 0; i < length_; ++i) text = text (i ? "," : "") (p % 2 && i < 40 ? head[i] : 10 + int(rand() * 200))
    printf "{\"ids\": [%s], \"draw\": %d}\n", text, 5000 + p
  }
}' > "$work/in.jsonl"
# run RANKS ORDER [OPTIONS]: prints the completions with their draws, in the order of draws
run() {
  ranks=$1 order=$2; shift 2
  "$mpirun" -n "$ranks" "$generate" --model "$model" --input "$work/$order.jsonl" --output "$work/out.jsonl" --sampling.max_new_tokens "$new" \
    --completions 2 --seed 3 --threads 1 "$@" 2> "$work/err" || { cat "$work/err" >&2; exit 1; }
  sed 's/.*"draw": \([0-9]*\)}/\1/' "$work/$order.jsonl" > "$work/keys"
  sed 's/"seconds":[^},]*//g' "$work/out.jsonl" | paste "$work/keys" - | sort -n
}
run 1 in > "$work/base"
[ "$(wc -l < "$work/base")" = "$prompts" ]
put_off=0 variant=0
for kv in $budgets; do
  for ranks in 1 2 3; do
    variant=$((variant + 1))
    awk -v s="$variant" 'BEGIN { srand(s) } { print rand() "\t" $0 }' "$work/in.jsonl" | sort -n | cut -f 2- > "$work/order.jsonl"
    run "$ranks" order --rollout.kv_cache_bytes "$kv" --rollout.max_sequences $((3 + variant * 11 % 50)) --rollout.prefill_chunk $((5 + variant * 37 % 130)) > "$work/other"
    cmp "$work/base" "$work/other" || { echo "completions differ: $ranks ranks, rollout.kv_cache_bytes $kv, variant $variant"; exit 1; }
    put_off=$((put_off + $(sed -n 's/.* \([0-9]*\) preempted.*/\1/p' "$work/err" | awk '{ s += $1 } END { print s + 0 }')))
  done
done
[ "$put_off" -gt 0 ] || { echo "no completion was preempted: use smaller KV budgets than $budgets"; exit 1; }
echo "$prompts prompts x 2 completions, $variant runs in other orders, limits and budgets on 1-3 ranks: all bits equal, $put_off preemptions"
