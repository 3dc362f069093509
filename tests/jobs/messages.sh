#!/usr/bin/env bash
# messages.sh BUILD: wrong paths, files of the wrong kind and wrong options give one message that says what to do,
# and exit code 2 for an option, 1 for an input.
set -uo pipefail
SOURCE=$(cd "$(dirname "$0")/../.." && pwd) BIN=$(cd "$1" && pwd)/bin
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_messages.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
set -a; source "$SOURCE/env/one_machine.env"; set +a
cd "$WORK" || exit 1
failed=0
# expect CODE TEXT COMMAND…: the last lines of stderr hold TEXT
expect() {
  local code
  timeout 60 "${@:3}" >out 2>err </dev/null; code=$?
  [[ $code -eq $1 ]] || { echo "FAIL: exit code $code instead of $1: ${*:3}"; failed=1; }
  grep -qF -- "$2" err || { echo "FAIL: no '$2' from ${*:3}: $(tail -3 err)"; failed=1; }
}
"$BIN/srl_model" init --architecture mini --output model 2>err || { cat err; exit 1; }
"$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output data --holdout.questions 4 2>err || { cat err; exit 1; }
cp -r model pickled && rm pickled/*.safetensors && touch pickled/pytorch_model.bin
cp -r model other && "$BIN/srl_model" init --architecture mini --seed 7 --output other 2>err

train=("$BIN/srl_train" --run run)
printf '{"question": "1 + 1?", "answer": "2"}\n' >data.jsonl
echo '{"ids": [5]}' >ids.jsonl
expect 1 'model folder Qwen/Qwen2.5-7B-Instruct does not exist: if this is a name on the Hugging Face Hub' "${train[@]}" --data data --model Qwen/Qwen2.5-7B-Instruct
expect 1 'model folder ./Qwen/none does not exist: give a Hugging Face model folder' "${train[@]}" --data data --model ./Qwen/none
expect 1 'model model/config.json is a file' "${train[@]}" --data data --model model/config.json
for job in "srl_eval --input data.jsonl --output e" "srl_generate --input data.jsonl --output g" "srl_generate --input data.jsonl" "srl_model info" "srl_model logits --input ids.jsonl" "srl_model init --output i"; do
  read -ra words <<<"$job"
  [[ $job == *info ]] && models=("$BIN/${words[0]}" info) || models=("$BIN/${words[0]}" "${words[@]:1}" --model)
  expect 1 'model folder Qwen/Qwen2.5-7B-Instruct does not exist: if this is a name on the Hugging Face Hub' "${models[@]}" Qwen/Qwen2.5-7B-Instruct
  expect 1 'model folder none does not exist: give a Hugging Face model folder' "${models[@]}" none
  expect 1 'model model/config.json is a file: give the folder' "${models[@]}" model/config.json
  [[ ! -e g && ! -e i ]] || { echo "FAIL: a refused $job left its output"; failed=1; }
done
expect 1 'openai/gsm8k does not exist; if this is a name on the Hugging Face Hub' "${train[@]}" --data openai/gsm8k --model model
expect 1 'openai/gsm8k: no such file; if this is a name on the Hugging Face Hub' "$BIN/srl_prep" --input openai/gsm8k --output d
expect 1 'openai/gsm8k: no such file; if this is a name on the Hugging Face Hub' "$BIN/srl_prep" guess openai/gsm8k
expect 1 'openai/gsm8k does not exist; if this is a name on the Hugging Face Hub' "$BIN/srl_eval" --model model --input openai/gsm8k --output e
expect 1 'data is a folder: give a benchmark file' "$BIN/srl_eval" --model model --input data --output e
expect 1 'data is a folder: give a file of JSON lines' "$BIN/srl_generate" --model model --input data
expect 1 'data is a folder: give a file of JSON lines' "$BIN/srl_score" grade --input data
expect 1 'convert them: docs/models.md' "${train[@]}" --data data --model pickled
expect 1 'none does not exist; give a folder that srl_prep has made' "${train[@]}" --data none --model model
expect 1 'is a file; prepare it with srl_prep' "${train[@]}" --data model/config.json --model model
expect 1 'model: no manifest.json: not a data folder' "${train[@]}" --data model --model model
expect 2 'cannot be read: No such file' "${train[@]}" --config none.ini
printf '[training]\nupdates = 3\n' | iconv -t UTF-16 >utf16.ini
expect 2 'not UTF-8 text' "${train[@]}" --config utf16.ini
printf '{"a": %d}\n' 1 2 3 4 5 6 >data.jsonl
expect 2 '3 more lines like these; --config takes an INI file' "${train[@]}" --config data.jsonl
printf '[trainning]\nupdates = 3\n' >section.ini
expect 2 'did you mean --training.updates' "${train[@]}" --config section.ini
expect 2 '--seed is given twice, as 1 and as 2: leave out one of them' "${train[@]}" --seed 1 --seed=2
expect 2 '--data is given twice, as data and as other: give all values after one --data' "${train[@]}" --data data --data other
printf 'seed = 1\nseed = 2\n' >twice.ini
expect 2 'line 2: seed is given twice, as 1 in line 1 and as 2' "${train[@]}" --config twice.ini
expect 1 'some tensors differ' "$BIN/srl_model" compare model other
expect 0 'all tensors are equal' "$BIN/srl_model" compare model model
expect 0 "next: srl_train --data 'my data' --model" "$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output 'my data' --holdout.questions 4
expect 0 'made 1 shard in' "$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output again --holdout.questions 4
expect 2 'for the preset of this name use --preset paper_srl_7b' "${train[@]}" --config paper_srl_7b
expect 2 'unknown preset; did you mean paper_srl_7b' "${train[@]}" --preset paper_srl_7
expect 2 'a preset of srl_eval, not of srl_train' "${train[@]}" --preset eval_amc23
printf '{"prompt": "Hi", "messages": [{"role": "user", "content": "Hi"}]}\n{"ids": [5]}\n' >both.jsonl
expect 1 '' "$BIN/srl_generate" --model model --input both.jsonl --sampling.max_new_tokens 2
grep -q '^{"line":1,"error":"has the fields prompt and messages, of which only one' out || { echo "FAIL: two prompts: $(cat out)"; failed=1; }
for job in srl_check srl_prep srl_train srl_eval srl_report srl_generate srl_model srl_score; do
  timeout 60 "$BIN/$job" -h >out 2>err || { echo "FAIL: $job -h: exit code $?"; failed=1; }
  grep -q '^Usage: ' out || { echo "FAIL: $job -h prints no usage"; failed=1; }
  timeout 60 "$BIN/$job" --help all >all 2>err || { echo "FAIL: $job --help all: exit code $?"; failed=1; }
  [[ $(wc -l <all) -ge $(wc -l <out) ]] && grep -q -- '--comm.watchdog_seconds' all || { echo "FAIL: $job --help all is not all"; failed=1; }
  timeout 60 "$BIN/$job" >out 2>err </dev/null; [[ $? -eq 2 ]] || { echo "FAIL: $job without arguments does not end with 2"; failed=1; }
done
expect 2 'srl_check needs the arguments of the job that is planned, or --quick to check only the machines' "$BIN/srl_check"
exit $failed
