#!/usr/bin/env bash
# kill_checkpoints.sh BUILD [KILLS=3]: kills one or all of 2 ranks with kill -9 at random moments while they
# write a checkpoint. Every restart must resume from the newest complete checkpoint, and the run must end with
# the same bits as an uninterrupted run. More than KILLS kills are made until one has left a torn checkpoint.
# Use KILLS=30 for a longer check.
KILLS=${2:-3} SEED=${SRL_KILL_SEED:-1}
source "$(dirname "$0")/shared/common.sh"
RANDOM=$SEED
RUN=$WORK/killed
SFT=("${SRL[@]}" --signal.kind likelihood --instance.think_prefill off --training.thought none
  --sampling.max_new_tokens 400 --training.max_tokens_per_pack 2000 --checkpoint.every_updates 1 --checkpoint.keep 2)
complete() { local newest; newest=$(newest_checkpoint "$RUN"); newest=${newest##*_}; echo $((10#${newest:-0})); }   # the update of the newest complete checkpoint, 0 if there is none
newest() { { ls -d "$RUN"/checkpoints/update_* 2>/dev/null || true; } | tail -n 1; }
resumed_from() { grep -q "resumed from .*/update_$(printf %06d "$before") " "$1" || fail "not resumed from update $before: $(grep resumed "$1")"; }
in_writing() {  # there is a new complete checkpoint, and the next one is being written
  local folder; folder=$(newest)
  (($(complete) > before)) && [[ -n $folder && ! -e $folder/COMPLETE ]]
}

torn=0 lost=0 before=0
for ((kill = 1; kill <= KILLS || (torn == 0 && kill <= KILLS + 50); kill++)); do
  log=$WORK/killed_$kill.log
  "${MPIEXEC:-mpirun}" -n 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" --training.updates $ENDLESS </dev/null 2>"$log" & launcher=$!
  wait_until $launcher in_writing || fail "kill $kill: the run ended before it could be killed: $(tail -3 "$log")"
  sleep "0.00$((RANDOM % 10))"
  mapfile -t processes < <(pgrep -P $launcher)
  ((RANDOM % 2)) && processes=("${processes[RANDOM % ${#processes[@]}]}")
  kill -9 "${processes[@]}" 2>/dev/null || true
  wait $launcher && fail "kill $kill: a killed run ended with exit code 0"
  ((before == 0)) || resumed_from "$log"
  [[ -e $(newest)/COMPLETE ]] || torn=$((torn + 1))
  before=$(complete)
  updates=$(updates_of "$RUN")
  ((updates - before > lost)) && lost=$((updates - before))
done
UPDATES=$(updates_after "$RUN")
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/straight" --training.updates $UPDATES 2>"$WORK/straight.log" || fail "$(tail -5 "$WORK/straight.log")"
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" --training.updates $UPDATES 2>"$WORK/last.log" || fail "$(tail -5 "$WORK/last.log")"
resumed_from "$WORK/last.log"
status_is "$RUN" finished
same_model "$WORK/straight" "$RUN"
(($(updates_of "$RUN") == UPDATES)) || fail "metrics.jsonl does not have one line per update"
((torn > 0)) || fail "none of $((kill - 1)) kills came while a checkpoint was written"
echo "$((kill - 1)) kills, $torn torn checkpoints, at most $lost updates lost per kill: same weights at the end"
