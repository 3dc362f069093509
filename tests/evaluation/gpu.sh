#!/usr/bin/env bash
# gpu.sh BUILD_FOLDER: srl_eval on emulated GPUs. Greedy completions in fp32 are those of the CPU, on 1 and 2
# ranks; records say when weights were bf16; settings of a sweep share a GPU's weights, not its cache.
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
head -n 4 "$SOURCE/data_prep/example/benchmark.jsonl" >"$WORK/example.jsonl"
evaluate() {  # evaluate RANKS FOLDER ARGUMENTS…
  ranks "$1" "$BIN/srl_eval" --threads 1 --instance.chat_template chatml --sampling.max_new_tokens 8 --rollout.kv_cache_bytes 64M \
    --output "$WORK/$2" "${@:3}" >"$WORK/$2.out" 2>"$WORK/$2.log" || fail "$2: $(tail -5 "$WORK/$2.log")"
}
records() { cat "$WORK/$1"/records_*.jsonl | sed -E 's/"seconds":[-+.0-9e]+//' | LC_ALL=C sort; }
one=(--model "$WORK/model" --input "$WORK/example.jsonl" --sampling.greedy on)
evaluate 1 cpu "${one[@]}" --device cpu
(($(records cpu | wc -l) == 4)) || fail "not 4 records: $(records cpu)"
for n in 1 2; do
  evaluate "$n" "gpu$n" "${one[@]}" --device cuda --dtype fp32
  cmp <(records cpu) <(records "gpu$n") || fail "records in fp32 differ between CPU and $n GPUs"
done
cat >"$WORK/sweep.ini" <<INI
[models]
small = $WORK/model
[benchmarks]
example = $WORK/example.jsonl
[settings greedy]
sampling.greedy = on
[settings two]
evaluation.samples = 2
INI
evaluate 1 sweep --sweep "$WORK/sweep.ini" --device cuda
(($(records sweep | wc -l) == 4 + 8)) || fail "not 12 records: $(records sweep)"
(($(records sweep | grep -c '"dtype":"bf16"') == 12)) || fail "records do not say that weights were bf16"
