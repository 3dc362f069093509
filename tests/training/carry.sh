#!/usr/bin/env bash
# Surplus groups are carried into the next update and survive a kill; groups finished before a stop request are not sampled again; either way the
# run ends bit for bit as the run that was left alone. One, two and three ranks sample the same.
source "$(dirname "$0")/common.sh"
source "$(dirname "$0")/taught.sh"
UPDATES=6
CARRY=("${SRL[@]}" --training.updates "$UPDATES" --training.prompts_per_update 3 --objective.surplus carry --objective.round_prompts 6 --rollout.max_sequences 4 --rollout.save on)
train() { ranks 2 "$BIN/srl_train" "${CARRY[@]}" --run "$1" "${@:2}" 2>>"$1.log"; }
field() { sed -n "s/.*\"$2\":\\([0-9.e-]*\\).*/\\1/p" "$1/metrics.jsonl"; }

train "$WORK/straight" || fail "$(tail -5 "$WORK/straight.log")"
status_is "$WORK/straight" finished
[[ $(field "$WORK/straight" groups_carried | sort -n | tail -n 1) -ge 1 ]] || fail "nothing was carried: $(field "$WORK/straight" groups_carried | tr '\n' ' ')"
grep -q '"carried":true' "$WORK"/straight/rollouts/*.jsonl || fail "saved rollouts do not say which were carried"
[[ $(field "$WORK/straight" grad_norm | sort -g | tail -n 1) != 0 ]] || fail "all gradients are zero: nothing was compared"

# the first update's batch does not depend on the rank count
for n in 1 3; do
  ranks "$n" "$BIN/srl_train" "${CARRY[@]}" --training.updates 1 --run "$WORK/on_$n" 2>"$WORK/log" || fail "$(tail -5 "$WORK/log")"
  cmp "$WORK/straight/rollouts/update_000001.jsonl" "$WORK/on_$n/rollouts/update_000001.jsonl" || fail "$n ranks sampled other answers than 2"
done

# kill -9 after a checkpoint that holds carried groups
train "$WORK/killed" & pid=$!
wait_checkpoint "$WORK/killed" 2
ls "$WORK"/killed/checkpoints/*/carried.jsonl >/dev/null || fail "no carried groups in the checkpoint"
kill -9 "$(pgrep -f "^$BIN/srl_train.*$WORK/killed" | head -n 1)" || fail "run ended before it could be killed"
wait $pid && fail "a killed run ended well"
train "$WORK/killed" || fail "$(tail -5 "$WORK/killed.log")"
grep -q 'carried groups and' "$WORK/killed.log" || fail "did not say that carried groups came with the checkpoint"
same_model "$WORK/straight" "$WORK/killed"
cmp <(field "$WORK/straight" reward_mean) <(field "$WORK/killed" reward_mean) || fail "rewards differ after the resume"

# TERM in the middle of an update: dropped, saved with the groups that were finished, resumed to the same end
finished=0
for attempt in 1 2; do
  run=$WORK/term_$attempt
  train "$run" & pid=$!
  wait_updates "$run" $attempt
  sleep 0.0$((attempt * 2))
  pkill -TERM -f "^$BIN/srl_train.*$run" || true
  code=0
  wait $pid || code=$?
  if ! grep -qx state=finished "$run/STATUS"; then   # else the signal came too late
    [[ $code -eq 0 ]] || fail "TERM gave exit code $code: $(tail -5 "$run.log")"
    status_is "$run" saved
    ls "$run"/checkpoints/*/finished.jsonl >/dev/null 2>&1 && finished=$((finished + 1))
    train "$run" || fail "$(tail -5 "$run.log")"
  fi
  status_is "$run" finished
  same_model "$WORK/straight" "$run"
done
echo "$finished of 2 checkpoints held groups of the interrupted update"
