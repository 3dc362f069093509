#!/usr/bin/env bash
# --device means the same in every job with a model: cuda is refused before any work, with exit code 2 and the
# reason.
#   device_option.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model and $WORK/data
refused() {  # refused JOB ARGUMENTS…
  local code=0
  ranks 2 "$BIN/$1" "${@:2}" --model "$WORK/model" --device cuda </dev/null >"$WORK/out" 2>"$WORK/err" || code=$?
  ((code == 2)) || fail "$1 --device cuda gave exit code $code: $(tail -3 "$WORK/err")"
  (($(grep -c 'answers are generated on the CPU so far' -i "$WORK/err") == 1)) || fail "$1 --device cuda does not say why, or not once: $(cat "$WORK/err")"
  [[ ! -s $WORK/out && ! -e $WORK/there ]] || fail "$1 wrote output although --device cuda was refused"
}
refused srl_eval --input "$SOURCE/data_prep/example/benchmark.jsonl" --output "$WORK/there"
refused srl_generate --output "$WORK/there"
echo '{"prompt": "1 + 1 ="}' | "$BIN/srl_generate" --model "$WORK/model" --device auto --sampling.max_new_tokens 2 2>"$WORK/err" | grep -q '"text"' ||
  fail "--device auto: $(tail -3 "$WORK/err")"
