#!/usr/bin/env bash
# A checkpoint of 1,000 pieces, resumed on 4 ranks: each piece is opened at most twice in all, the memory stays
# near the plan, and the run ends with the same weights as from one piece. A damaged piece is named.
source "$(dirname "$0")/shared/common.sh"
# A model with 8 million parameters: small beside it is what a process needs anyway.
mkdir "$WORK/shape"
cp "$WORK"/model/* "$WORK/shape"
sed -i 's/"hidden_size": [0-9]*/"hidden_size": 320/; s/"intermediate_size": [0-9]*/"intermediate_size": 1024/; s/"num_hidden_layers": [0-9]*/"num_hidden_layers": 6/' "$WORK/shape/config.json"
"$BIN/srl_model" init --model "$WORK/shape" --output "$WORK/large" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
SFT=("${SRL[@]}" --model "$WORK/large" --signal.kind likelihood --instance.think_prefill off --training.thought none --sampling.max_new_tokens 400)
planned=$(ranks 4 "$BIN/srl_train" "${SFT[@]}" --dry_run 2>"$WORK/log" | sed -n 's/^memory bytes per rank: //p')
ranks 1 "$BIN/srl_train" "${SFT[@]}" --plan.memory 0 --run "$WORK/few" --training.updates 2 2>"$WORK/log" || fail "$(tail -5 "$WORK/log")"
SFT+=(--plan.memory "$planned")   # exactly the plan: no copy of the weights for exports
cp -r "$WORK/few" "$WORK/many"
PIECES=$WORK/many/checkpoints/update_000002
"$BUILD/tests/split_checkpoint" "$PIECES" 1000 || fail "the checkpoint was not split"
[[ $(find "$PIECES" -name 'rank_*' | wc -l) -eq 1000 ]] || fail "not 1000 pieces"
cp -r "$WORK/many" "$WORK/damaged"

ranks 4 env LD_PRELOAD="$BUILD/tests/libcount_reads.so" COUNT_NAME=/rank_ "$BIN/srl_train" "${SFT[@]}" --run "$WORK/many" --training.updates 3 2>"$WORK/many.log" || fail "$(tail -5 "$WORK/many.log")"
ranks 4 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/few" --training.updates 3 2>"$WORK/few.log" || fail "$(tail -5 "$WORK/few.log")"
same_model "$WORK/few" "$WORK/many"
read -r opens bytes < <(awk '/\[reads\]/ { opens += $3; bytes += $5 } END { print opens, bytes }' "$WORK/many.log")
size=$(cat "$PIECES"/rank_* 2>/dev/null | wc -c)
echo "opened $opens times, $bytes bytes read of $size"
((opens >= 1000 && opens <= 2000)) || fail "1000 pieces were opened $opens times"

measured=$(sed -n 's/.*peak memory per rank, measured (maximum over ranks): \([0-9.]* [A-Z]*i*B\) more.*/\1/p' "$WORK/many.log")
echo "measured $measured, planned $planned bytes"
awk -v planned="$planned" -v measured="$measured" 'BEGIN { split(measured, m, " "); unit["B"] = 1; unit["KiB"] = 2 ^ 10; unit["MiB"] = 2 ^ 20; unit["GiB"] = 2 ^ 30
  exit !(planned > 0 && m[1] * unit[m[2]] > 0 && m[1] * unit[m[2]] <= 1.2 * planned) }' || fail "the resume took $measured, planned were $planned bytes"

# One byte changes, the size does not.
printf '\377' | dd of="$WORK/damaged/checkpoints/update_000002/rank_00613.safetensors" bs=1 seek=$(($(stat -c %s "$WORK/damaged/checkpoints/update_000002/rank_00613.safetensors") - 3)) conv=notrunc 2>/dev/null
ranks 4 "$BIN/srl_train" "${SFT[@]}" --run "$WORK/damaged" --training.updates 3 2>"$WORK/damaged.log" && fail "a damaged piece was not seen"
grep -q 'rank_00613.safetensors: damaged: its checksum differs' "$WORK/damaged.log" || fail "the damaged piece is not named: $(tail -5 "$WORK/damaged.log")"
status_is "$WORK/damaged" failed
