#!/usr/bin/env bash
# kill_checkpoints.sh BUILD [KILLS]: kill -9 of one or all of 2 ranks at random moments while a checkpoint is being written. Every restart must go
# on from the newest complete checkpoint, and the run must end with the weights of one that was left alone, bit for bit. Default 3 kills; 30 as a
# longer check.
KILLS=${2:-3} SEED=${SRL_KILL_SEED:-1}
source "$(dirname "$0")/common.sh"
RANDOM=$SEED
UPDATES=$((3 * KILLS + 8)) RUN=$WORK/killed
SFT=("${SRL[@]}" --training.updates "$UPDATES" --signal.kind likelihood --instance.think_prefill off --training.thought none
  --sampling.max_new_tokens 400 --training.max_tokens_per_pack 2000 --checkpoint.every_updates 1 --checkpoint.keep 2)
complete() {  # the newest complete checkpoint's update, 0 without any
  { ls -d "$RUN"/checkpoints/update_*/COMPLETE 2>/dev/null || true; } | tail -n 1 | sed 's|.*/update_0*\([0-9]*\)/COMPLETE|\1|' | grep . || echo 0
}
newest() { { ls -d "$RUN"/checkpoints/update_* 2>/dev/null || true; } | tail -n 1; }
resumed_from() { grep -q "resumed from .*/update_$(printf %06d "$before") " "$1" || fail "not resumed from update $before: $(grep resumed "$1")"; }
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/straight" 2>"$WORK/straight.log" || fail "$(tail -5 "$WORK/straight.log")"

torn=0 lost=0 before=0
for ((kill = 1; kill <= KILLS; kill++)); do
  log=$WORK/killed_$kill.log
  "${MPIEXEC:-mpirun}" -n 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" 2>"$log" & launcher=$!
  # At least one more complete checkpoint, then the next folder without its mark, then a moment more.
  for ((t = 0; t < 20000; t++)); do
    now=$(complete) folder=$(newest)
    ((now > before)) && [[ -n $folder && ! -e $folder/COMPLETE ]] && break
    kill -0 $launcher 2>/dev/null || fail "kill $kill: the run ended before it could be killed: $(tail -3 "$log")"
    sleep 0.002
  done
  sleep "0.00$((RANDOM % 10))"
  mapfile -t processes < <(pgrep -P $launcher)
  ((RANDOM % 2)) && processes=("${processes[RANDOM % ${#processes[@]}]}")
  kill -9 "${processes[@]}" 2>/dev/null || true
  wait $launcher && fail "kill $kill: a killed run ended well"
  ((before == 0)) || resumed_from "$log"
  [[ -e $(newest)/COMPLETE ]] || torn=$((torn + 1))
  before=$(complete)
  updates=$(updates_of "$RUN")
  ((updates - before > lost)) && lost=$((updates - before))
done
ranks 2 "$BIN/srl_train" "${SFT[@]}" --run "$RUN" 2>"$WORK/last.log" || fail "$(tail -5 "$WORK/last.log")"
resumed_from "$WORK/last.log"
status_is "$RUN" finished
same_model "$WORK/straight" "$RUN"
(($(updates_of "$RUN") == UPDATES)) || fail "metrics of lost updates were not cut"
((torn > 0)) || fail "no kill hit a checkpoint in writing"
echo "$KILLS kills, $torn of them left a torn checkpoint; at most $lost updates were lost; same weights at the end"
