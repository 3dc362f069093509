# Sourced after common.sh. Teaches the mini model the answer format on short questions, so that rewards differ.
source "$(dirname "${BASH_SOURCE[0]}")/short.sh"
ranks 1 "$BIN/srl_train" "${TEACH[@]}" --run "$WORK/taught" --training.updates 120 2>"$WORK/taught.log" || fail "$(tail -3 "$WORK/taught.log")"
cat >"$WORK/taught.ini" <<INI
model = "$WORK/taught/export"
[sampling]
max_new_tokens = 80
[training]
group_size = 4
learning_rate = 1e-3
[checkpoint]
every_updates = 2
keep = 2
[job]
term_seconds = $HANG_SECONDS
INI
SRL=("${SHORT[@]}" --config "$WORK/taught.ini")
