#!/usr/bin/env bash
source "$(dirname "$0")/shared/common.sh"
trap 'end_jobs' EXIT
echo $WORK > /tmp/r/gputry.work
tail -30 $WORK/srl.ini
ranks 1 "$BIN/srl_train" "${SRL[@]}" --training.updates 1 --rollout.save on --run "$WORK/sample" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
mkdir "$WORK/replay"
for u in 1 2 3; do awk -v u=$u '{ a = ((NR+u) % 4 - 1.5) * 0.7; sub(/"reward":[^,]*,"advantage":[^,]*,/, "\"reward\":" a ",\"advantage\":" a ","); print }' \
  "$WORK/sample/rollouts/update_000001.jsonl" >"$WORK/replay/update_00000$u.jsonl"; done
run() { local name=$1 n=$2; shift 2; s=$(date +%s.%N)
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" --training.replay "$WORK/replay" --training.dump_gradients "$WORK/g_$name" --run "$WORK/r_$name" "$@" 2>"$WORK/log" || fail "$(cat "$WORK/log")"; echo "$name $(echo "$(date +%s.%N)-$s"|bc)"; }
run cpu 1 --training.updates 1 --device cpu
run g32 1 --training.updates 1 --device cuda --dtype fp32; cat $WORK/log
"$BUILD/tests/compare_tensors" "$WORK/g_cpu/update_1.safetensors" "$WORK/g_g32/update_1.safetensors" 1e-5
run g16 1 --training.updates 1 --device cuda
"$BUILD/tests/compare_tensors" "$WORK/g_cpu/update_1.safetensors" "$WORK/g_g16/update_1.safetensors" 1e-5
