#!/bin/sh
# generate_ranks.sh MPIRUN SRL_GENERATE MODEL: completions are the same on 1 and 2 ranks and after an
# interruption, and bad lines are reported. Skipped (exit code 77) without the model.
set -eu
mpirun=$1 generate=$2 model=$3
[ -f "$model/model.safetensors" ] || { echo "skipped: no model in $model (env/fetch_smollm2.sh makes it)"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/in.jsonl" <<'LINES'
{"messages": [{"role": "user", "content": "What is 3 + 4?"}]}
{"prompt": "The capital of France is"}
{"ids": [1, 504, 2]}
{"messages": [{"role": "user", "content": "Name a colour."}]}
LINES
run() { "$@" --model "$model" --sampling.max_new_tokens 8 --completions 2 --seed 5 --threads 1; }
plain() { sed 's/"seconds":[^},]*//g' "$1"; }
run "$generate" < "$work/in.jsonl" > "$work/one.jsonl"
run "$mpirun" -n 2 "$generate" --input "$work/in.jsonl" --output "$work/two.jsonl" > "$work/stdout"
[ ! -s "$work/stdout" ] || { echo "srl_generate wrote to stdout although --output is given"; exit 1; }
plain "$work/one.jsonl" > "$work/a"
plain "$work/two.jsonl" > "$work/b"
cmp "$work/a" "$work/b"
[ "$(wc -l < "$work/a")" = 4 ]
grep -q '"completions":\[{"ids":\[' "$work/one.jsonl"
# The output has one whole line and a torn one. The rest is computed again.
{ head -n 1 "$work/one.jsonl"; sed -n 2p "$work/one.jsonl" | head -c 20; } > "$work/torn.jsonl"
cp "$work/two.jsonl.source" "$work/torn.jsonl.source"
run "$generate" --input "$work/in.jsonl" --output "$work/torn.jsonl" --resume
plain "$work/torn.jsonl" > "$work/c"
cmp "$work/a" "$work/c"
printf '{"prompt": 5}\n{"prompt": "Hi"}\n\nbroken\n \n' > "$work/bad.jsonl"
code=0
run "$generate" < "$work/bad.jsonl" > "$work/bad.out" || code=$?
[ "$code" = 1 ] || { echo "exit code $code for bad lines"; exit 1; }
grep -q '^{"line":1,"error"' "$work/bad.out"
grep -q '^{"line":4,"error"' "$work/bad.out"
[ "$(wc -l < "$work/bad.out")" = 3 ]
# A prompt that can never fit into the cache is an error for its line. The other lines get completions.
{ echo '{"prompt": "Hi"}'; awk 'BEGIN { printf "{\"ids\": [5"; for (i = 0; i < 200; ++i) printf ",9"; print "]}" }'; } > "$work/long.jsonl"
code=0
run "$generate" --rollout.kv_cache_bytes 4M < "$work/long.jsonl" > "$work/long.out" || code=$?
[ "$code" = 1 ] || { echo "exit code $code for a line that cannot fit"; exit 1; }
sed -n 1p "$work/long.out" | grep -q '"completions"'
sed -n 2p "$work/long.out" | grep -q '^{"line":2,"error":"can never fit'
code=0
"$generate" --model "$model" --resume < /dev/null > /dev/null 2> "$work/err" || code=$?
[ "$code" = 2 ] || { echo "exit code $code for --resume without --output"; exit 1; }
echo "same completions on 1 and 2 ranks and after an interruption; bad lines reported"
