#!/usr/bin/env bash
# An update that is dropped while it trains keeps its finished groups: the resumed run samples none of them
# again. A kill in the middle of saving such groups again leaves the checkpoint as it was.
source "$(dirname "$0")/shared/common.sh"
# Sampling is short and training is long, so that a stop request comes while the update trains.
LONG=("${SRL[@]}" --training.prompts_per_update 24 --sampling.max_new_tokens 2 --training.max_tokens_per_pack 700 --training.recompute on
  --checkpoint.every_updates 0)
RUN=$WORK/run
train() { ranks 2 "$BIN/srl_train" "${LONG[@]}" --run "$RUN" --training.updates "$@" 2>>"$RUN.log"; }
finished_groups() { cat "$(newest_checkpoint "$RUN")"/finished*.jsonl 2>/dev/null | grep -c '"answer":0,' || true; }

for ((term = 1; term <= 50; term++)); do
  : >"$RUN.log"
  train $ENDLESS & pid=$!
  wait_updates "$RUN" $(($(updates_of "$RUN") + 1)) $pid
  sleep 0.$((term * 3 % 10))
  pkill -TERM -f "^$BIN/srl_train.*$RUN"
  wait $pid || fail "TERM gave exit code $?: $(tail -5 "$RUN.log")"
  status_is "$RUN" saved
  (($(finished_groups) == 24)) && break
done
(($(finished_groups) == 24)) || fail "no checkpoint has all groups of an update that was dropped while it trained"
grep -qx 'groups=24' "$RUN/STATUS" || fail "STATUS does not count the kept groups: $(cat "$RUN/STATUS")"
update=$(sed -n 's/^update=//p' "$RUN/STATUS")

# The same groups are saved again, but the process is killed before state.json is replaced.
: >"$RUN.log"
ranks 2 env LD_PRELOAD="$BUILD/tests/libslow_disk.so" SLOW_NAME=state.json SLOW_HOLD="$WORK/never" "$BIN/srl_train" "${LONG[@]}" \
  --run "$RUN" --training.updates $ENDLESS 2>>"$RUN.log" & pid=$!
wait_until $pid grep -qs 'resumed from' "$RUN.log" || fail "did not resume: $(tail -5 "$RUN.log")"
pkill -TERM -f "^$BIN/srl_train.*$RUN"
writes_state() { ls "$RUN"/checkpoints/*/.state.json.new.* >/dev/null 2>&1; }
wait_until $pid writes_state || fail "ended before it saved again: $(tail -5 "$RUN.log")"
pkill -KILL -f "^$BIN/srl_train.*$RUN"
wait $pid 2>/dev/null && fail "a killed run ended with exit code 0"

: >"$RUN.log"
train $((update + 2)) || fail "$(tail -5 "$RUN.log")"
grep -q "resumed from .*/update_$(printf %06d "$update") " "$RUN.log" || fail "the checkpoint was lost: $(grep -E 'resumed|damaged' "$RUN.log")"
sed -n "$((update + 1))p" "$RUN/metrics.jsonl" | grep -q '"tokens_per_second":{"rollout":0.0,' || fail "finished groups were sampled again: $(sed -n "$((update + 1))p" "$RUN/metrics.jsonl")"
ranks 2 "$BIN/srl_train" "${LONG[@]}" --run "$WORK/straight" --training.updates $((update + 2)) 2>"$WORK/straight.log" || fail "$(tail -5 "$WORK/straight.log")"
same_model "$WORK/straight" "$RUN"
left=$(find "$RUN/checkpoints" -name '*finished*' | wc -l)
echo "update $((update + 1)) dropped while it trained, after $term tries; $left files of groups left"
