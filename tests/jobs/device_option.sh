#!/usr/bin/env bash
# --device means the same in every job that generates: where there is no GPU, cuda is refused before any work,
# with exit code 2 and the reason; with emulated GPUs it works. A type that the device lacks is refused.
#   device_option.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model and $WORK/data
refused() {  # refused REASON JOB ARGUMENTS…
  local reason=$1 code=0
  ranks 2 "$BIN/$2" "${@:3}" --model "$WORK/model" </dev/null >"$WORK/out" 2>"$WORK/err" || code=$?
  ((code == 2)) || fail "$* gave exit code $code: $(tail -3 "$WORK/err")"
  (($(grep -cE "$reason" "$WORK/err") == 1)) || fail "$* does not say why, or not once: $(cat "$WORK/err")"
  [[ ! -s $WORK/out && ! -e $WORK/there ]] || fail "$2 wrote output although it was refused"
}
eval_of=(srl_eval --input "$SOURCE/data_prep/example/benchmark.jsonl" --output "$WORK/there")
generate_of=(srl_generate --output "$WORK/there")
if ! grep -q '^SRL_DEVICE:STRING=emulated' "$BUILD/CMakeCache.txt"; then
  refused 'this build has no CUDA|no GPU is visible' "${eval_of[@]}" --device cuda
  refused 'this build has no CUDA|no GPU is visible' "${generate_of[@]}" --device cuda
fi
refused 'dtype = bf16 needs a GPU' "${eval_of[@]}" --device cpu --dtype bf16
refused 'dtype = fp64 is only for replayed rollouts' "${generate_of[@]}" --device cpu --dtype fp64
echo '{"prompt": "1 + 1 ="}' | "$BIN/srl_generate" --model "$WORK/model" --device auto --sampling.max_new_tokens 2 2>"$WORK/err" | grep -q '"text"' ||
  fail "--device auto: $(tail -3 "$WORK/err")"
