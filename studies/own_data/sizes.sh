# How own_data.sh chooses sizes: what fits into memory, and what fits into the time. Sourced by it. The choices are kept in
# FOLDER/sizes.sh, so that a second start uses the same ones.
began=$(date +%s)
keep() { declare -p "$@" | sed 's/^declare --/declare -g/; s/^declare -a/declare -ga/' >>"$output/sizes.sh"; }
# shellcheck source=/dev/null
[[ -f $output/sizes.sh ]] && source "$output/sizes.sh"

# The tokens of a completion: the longest step except for the longest hundredth, at 3 characters per token, and its thought.
longest_step() {
  awk '/^## Characters per step/ { on = 1 } on && $NF ~ /^[0-9]+$/ { n++; count[n] = $NF; bound[n] = $1; all += $NF }
    END { for (i = 1; i <= n && seen < 0.99 * all; i++) { seen += count[i]; last = bound[i] } sub(/^[0-9]*-/, "", last); sub(/\+/, "", last); print last + 0 }' \
    "$output/data/report.md"
}
# The learning rate by the size of the weights: small models learn at high rates (docs/learning.md).
rate_of() {
  local bytes
  bytes=$(cat "$model"/*.safetensors | wc -c)
  if ((bytes < 1000000000)); then echo 3e-5; elif ((bytes < 4000000000)); then echo 1e-5; elif ((bytes < 10000000000)); then echo 3e-6; else echo 1e-6; fi
}

choose_lengths() {
  [[ -n ${tokens:-} ]] && return 0
  tokens=$(($(longest_step) / 3 + 48)) tokens=$(((tokens + 31) / 32 * 32))
  ((tokens >= 96)) || tokens=96
  ((tokens <= 1024)) || tokens=1024
  rate=$(rate_of)
  keep tokens rate
}

# choose_memory: ranks, tokens per pack and recomputation, the first that fit.
choose_memory() {
  local cores pack recompute plan
  [[ -n ${srl_sizes:-} ]] && return 0
  cores=$(nproc)
  ranks=${SRL_RANKS:-$((cores < 8 ? cores : 8))}
  for ((; ranks >= 1; ranks /= 2)); do
    for pack in 4096 2048 1024; do
      for recompute in off on; do
        srl_sizes=(--sampling.max_new_tokens "$tokens" --training.learning_rate "$rate" --training.max_tokens_per_pack "$pack" --training.recompute "$recompute")
        plan=$(step 'does SRL fit into memory?' run_shown "${launcher[@]}" "$ranks" "$SRL_BIN/srl_train" --dry_run --config "$study/srl.ini" "${srl_sizes[@]}" \
          --training.updates 30 --training.prompts_per_update 8 --data "$output/data" --model "$model" 2> >(tee "$output/plan.log" >&2)) && break 3
        grep -q 'does not fit' "$output/plan.log" || die "the plan failed; see above"
      done
    done
  done
  ((ranks >= 1)) || die "$model does not fit into the memory of this machine; see above"
  grep -E '^fits: ' <<<"$plan" >&2
  format_sizes=(--sampling.max_new_tokens "$tokens" --training.learning_rate 2e-5 --training.max_tokens_per_pack "$pack" --training.recompute "$recompute")
  keep ranks srl_sizes format_sizes
}

# choose_time MODEL: the prompts per update and the updates that fit into the rest of the time, by two updates as a measure.
choose_time() {
  [[ -n ${updates:-} ]] && return 0
  local seconds left per_update instances
  step 'how long does an update take?' train measure --config "$study/srl.ini" "${srl_sizes[@]}" --model "$1" --training.updates 2 --training.prompts_per_update 4 ||
    die "the measurement failed; see $output/measure/log.txt"
  seconds=$(grep -oE '"total":[0-9.e+-]+' "$output/measure/metrics.jsonl" | cut -d: -f2 | sort -g | tail -n 1)
  instances=$(count_of instances)
  left=$(awk -v hours="$hours" -v used="$(($(date +%s) - began))" 'BEGIN { print 0.85 * (3600 * hours - used) }')
  for prompts in 32 24 16 12 8 6 4; do
    ((prompts <= instances || prompts == 4)) || continue
    updates=$(awk -v left="$left" -v s="$seconds" -v p="$prompts" 'BEGIN { print int(left / (s * p / 4)) }')
    ((updates < 40)) || break
  done
  ((updates <= 300)) || updates=300
  if ((updates < 30)); then
    updates=30
    say "30 updates, the fewest that show a gain, need more than --hours $hours: about $(awk -v s="$seconds" 'BEGIN { printf "%.0f", 30 * s / 60 }') minutes"
  fi
  srl_sizes+=(--training.prompts_per_update "$prompts")
  say "measured: $(printf %.1f "$seconds") s for an update of 4 prompts; so $updates updates of $prompts prompts"
  keep prompts srl_sizes updates
}
