#!/usr/bin/env bash
# Surplus groups are carried into the next update and survive a kill. Groups that finish before a stop request
# are not sampled again. In both cases the resumed run ends with the same bits as the uninterrupted run. One,
# two and three ranks sample the same completions.
source "$(dirname "$0")/shared/common.sh"
source "$(dirname "$0")/shared/taught.sh"
CARRY=("${SRL[@]}" --training.prompts_per_update 3 --objective.surplus carry --objective.round_prompts 6 --rollout.max_sequences 4 --rollout.save on
  --checkpoint.every_updates 1)
train() { ranks 2 "$BIN/srl_train" "${CARRY[@]}" --run "$1" --training.updates "$2" 2>>"$1.log"; }   # train RUN UPDATES
field() { sed -n "s/.*\"$2\":\([0-9.e-]*\).*/\1/p" "$1/metrics.jsonl"; }
carries() { [[ -e $(newest_checkpoint "$1")/carried.jsonl ]]; }   # the newest checkpoint holds carried groups
holds_finished() { ls "$1"/checkpoints/*/finished.jsonl >/dev/null 2>&1; }

# kill -9 after a checkpoint that holds carried groups. Repeated when the next checkpoint was written before
# the kill.
for ((kill = 0; kill < 50; kill++)); do
  train "$WORK/killed" $ENDLESS & pid=$!
  wait_until $pid carries "$WORK/killed" || fail "the run ended without carried groups in a checkpoint: $(tail -5 "$WORK/killed.log")"
  kill -9 "$(pgrep -f "^$BIN/srl_train.*$WORK/killed" | head -n 1)"
  wait $pid && fail "a killed run ended with exit code 0"
  carries "$WORK/killed" && break
done
carries "$WORK/killed" || fail "no carried groups in the newest checkpoint after $kill kills"

# TERM in the middle of an update drops the update and saves its finished groups. Repeated until there are
# some.
for ((term = 1; term <= 50; term++)); do
  train "$WORK/term" $ENDLESS & pid=$!
  wait_updates "$WORK/term" $(($(updates_of "$WORK/term") + 1)) $pid
  sleep 0.0$((term * 2 % 10))
  pkill -TERM -f "^$BIN/srl_train.*$WORK/term"
  wait $pid || fail "TERM gave exit code $?: $(tail -5 "$WORK/term.log")"
  status_is "$WORK/term" saved
  holds_finished "$WORK/term" && break
done
holds_finished "$WORK/term" || fail "after $term runs with TERM, no checkpoint has finished groups of the interrupted update"

UPDATES=$(updates_after "$WORK/killed" "$WORK/term")
train "$WORK/straight" $UPDATES || fail "$(tail -5 "$WORK/straight.log")"
status_is "$WORK/straight" finished
[[ $(field "$WORK/straight" groups_carried | sort -n | tail -n 1) -ge 1 ]] || fail "nothing was carried: $(field "$WORK/straight" groups_carried | tr '\n' ' ')"
grep -q '"carried":true' "$WORK"/straight/rollouts/*.jsonl || fail "saved rollouts do not say which were carried"
[[ $(field "$WORK/straight" grad_norm | sort -g | tail -n 1) != 0 ]] || fail "all gradients are zero: nothing was compared"

# The batch of the first update does not depend on the number of ranks.
for n in 1 3; do
  ranks "$n" "$BIN/srl_train" "${CARRY[@]}" --training.updates 1 --run "$WORK/on_$n" 2>"$WORK/log" || fail "$(tail -5 "$WORK/log")"
  cmp "$WORK/straight/rollouts/update_000001.jsonl" "$WORK/on_$n/rollouts/update_000001.jsonl" || fail "$n ranks sampled other completions than 2 ranks"
done

# How many groups a later round asks for depends on what earlier updates kept, and a checkpoint keeps those counts.
REFILL=("${SRL[@]}" --training.prompts_per_update 16 --training.group_size 2 --sampling.temperature 0.7 --objective.max_sampling_rounds 8 --checkpoint.every_updates 1)
refill() { ranks 2 "$BIN/srl_train" "${REFILL[@]}" --run "$1" --training.updates "$2" 2>>"$1.log" || fail "$(tail -5 "$1.log")"; }
refill "$WORK/once" 4
refill "$WORK/twice" 2
refill "$WORK/twice" 4
(($(field "$WORK/once" sampling_rounds | sort -n | tail -n 1) > 1)) || fail "no batch needed a second round: $(field "$WORK/once" sampling_rounds | tr '\n' ' ')"
echo "groups sampled: $(field "$WORK/once" groups_sampled | tr '\n' ' ')in $(field "$WORK/once" sampling_rounds | tr '\n' ' ')rounds"
cmp <(field "$WORK/once" groups_sampled) <(field "$WORK/twice" groups_sampled) || fail "a resumed run asked for other numbers of groups"
same_model "$WORK/once" "$WORK/twice"

# The policy does not move, so carried groups start at the ratio 1, also where the sampler cuts and changes the
# distribution: nothing is clipped, even with the narrowest limits.
ranks 1 "$BIN/srl_train" "${CARRY[@]}" --training.updates 4 --training.learning_rate 0 --objective.clip_low 0.001 --objective.clip_high 0.001 --sampling.top_k 20 --sampling.top_p 0.9 \
  --sampling.min_new_tokens 5 --sampling.repetition_penalty 1.05 --run "$WORK/cut" 2>"$WORK/log" || fail "$(tail -5 "$WORK/log")"
[[ $(field "$WORK/cut" groups_carried | sort -n | tail -n 1) -ge 1 ]] || fail "nothing was carried with top_k"
grep -q '"policy_logprobs"' "$WORK"/cut/rollouts/*.jsonl || fail "the uncut log-probabilities are not kept"
[[ $(field "$WORK/cut" clip_fraction | sort -g | tail -n 1) == 0.0 ]] || fail "the ratio of carried groups does not start at 1: $(field "$WORK/cut" clip_fraction | tr '\n' ' ')"
[[ $(field "$WORK/cut" sampler_kl_k3 | sort -g | head -n 1) != 0.0 ]] || fail "no KL between sampler and trainer: $(field "$WORK/cut" sampler_kl_k3 | tr '\n' ' ')"

# The interrupted runs resume and end with the same weights.
for run in killed term; do
  : >"$WORK/$run.log"
  train "$WORK/$run" $UPDATES || fail "$(tail -5 "$WORK/$run.log")"
  status_is "$WORK/$run" finished
  same_model "$WORK/straight" "$WORK/$run"
  cmp <(field "$WORK/straight" reward_mean) <(field "$WORK/$run" reward_mean) || fail "$run: rewards differ after the resume"
done
grep -q 'carried groups and' "$WORK/killed.log" || fail "did not say that carried groups came with the checkpoint"
echo "killed $((kill + 1)) times, ended with TERM $term times: the same weights after $UPDATES updates"
