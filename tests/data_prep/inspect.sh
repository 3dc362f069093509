#!/usr/bin/env bash
# srl_prep inspect, verify and export of a data folder. Solutions are exported for rewriting and come back
# without those whose final answer changed. Also tests packed input and presets.
#   inspect.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) SOURCE=$(cd "$(dirname "$0")/../.." && pwd) WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_look.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
cd "$WORK"
prep() { "$BIN/srl_prep" "$@" 2>log; }
head -n 30 "$SOURCE/data_prep/example/expert_solutions.jsonl" >in.jsonl
prep --input in.jsonl --output plain --holdout.questions 5 || fail "$(cat log)"

# The same rows from gzip, zstd, a JSON array, and a folder with parts of the file.
gzip -k in.jsonl; { printf '['; paste -sd, in.jsonl; printf ']'; } >in.json
mkdir parts; head -n 10 in.jsonl >parts/a.jsonl; mkdir parts/more; tail -n +11 in.jsonl | gzip -c >parts/more/b.jsonl.gz; echo no >parts/README
prep export plain | sort >plain.rows
zst=; if command -v zstd >/dev/null; then zstd -q in.jsonl; zst=in.jsonl.zst; fi   # packed_files_test tests zstd without the program
for input in in.jsonl.gz $zst in.json parts "parts/*.jsonl parts/more/*"; do
  # shellcheck disable=SC2086
  prep --input $input --output packed --holdout.questions 5 || fail "$input: $(cat log)"
  prep export packed | sed 's/"source":"[a-z]*"/"source":"in"/' | sort | cmp - plain.rows || fail "$input gives other solutions than in.jsonl"
done

# Parquet, if the build can read it and pyarrow can write a file.
python=$SOURCE/.deps/venv/bin/python
if [[ -x $python ]] && "$python" -c 'import pyarrow.parquet' 2>/dev/null; then
  "$python" - <<'P'
import json, pyarrow, pyarrow.parquet
rows = [json.loads(line) for line in open("in.jsonl", encoding="utf-8")]
for row in rows:
    row["nested"] = {"list": [1, 2.5], "none": None}
pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), "in.parquet", row_group_size=7)
P
  if prep --input in.parquet --output packed --holdout.questions 5; then
    prep export packed | sort | cmp - plain.rows || fail "in.parquet gives other solutions than in.jsonl"
  else
    grep -q 'this build cannot read Parquet' log || fail "in.parquet: $(cat log)"
  fi
fi

prep inspect plain | grep -q 'validation: 5' || fail "inspect: $(cat log)"
prep inspect plain --model "$SOURCE/tests/data/tokenizers/smollm" --limit 1 --instance.chat_template chatml >seen || fail "$(cat log)"
grep -q '^-------- prompt, [0-9]* tokens' seen && grep -q 'Question: ' seen || fail "no instance: $(cat seen)"
prep verify plain | grep -q '1 shard, 30 solutions' || fail "verify: $(cat log)"
cp -r plain broken; printf 'x' | dd of="$(ls broken/shards/*.h5)" bs=1 seek=5000 conv=notrunc status=none
prep verify broken >/dev/null && fail "verify accepted a damaged shard"
grep -q 'checksum differs' log || fail "$(cat log)"

# Export to a generator, which changes the answer of the second solution and fails for the third.
prep export plain --messages >chats.jsonl || fail "$(cat log)"
[[ $(grep -c '"role":"user","content":"Rewrite' chats.jsonl) -eq 30 ]] || fail "no chats: $(head -n 1 chats.jsonl)"
prep export plain | awk 'NR == 2 { print "{\"text\": \"1. **A** x\\n2. **B** \\\\boxed{-123456}\"}"; next } NR == 3 { print "{\"line\": 3, \"error\": \"too long\"}"; next }
  { match($0, /"answer":".*"}$/); a = substr($0, RSTART + 10, RLENGTH - 12); print "{\"text\": \"1. **Anew** words\\n2. **End** \\\\boxed{" a "}\"}" }' >answers.jsonl
sed -i '5s/$/\n/' answers.jsonl; echo >>answers.jsonl   # blank lines are skipped
prep export plain --rewrites answers.jsonl --output again.jsonl || fail "$(cat log)"
grep -q '28 solutions; left out: 1 with a changed final answer, 1 without text' log || fail "$(cat log)"
prep --input again.jsonl --output again --holdout.questions 5 || fail "$(cat log)"
prep inspect again --limit 1 | grep -q 'title: Anew' || fail "the rewritten text is missing"
head -n 5 answers.jsonl >short.jsonl
prep export plain --rewrites short.jsonl >/dev/null && fail "export accepted fewer rewrites than solutions"

# A preset of the user's, and errors in other presets.
printf '{"fields": {"question": "ask.text", "steps": "how"}, "splitters": ["array"]}' >own.json
printf '{"ask": {"text": "Q%s"}, "how": ["a", "b"]}\n' 1 2 3 >own.jsonl
prep --input own.jsonl --preset ./own.json --output own --holdout.questions 1 || fail "$(cat log)"
grep -q '"kept": 3' own/manifest.json || fail "the preset own.json did not keep 3 solutions: $(cat own/manifest.json)"
prep --input own.jsonl --preset nothing --output own && fail "an unknown preset was accepted"
grep -q 'built in are: auto, ' log || fail "$(cat log)"
prep --input own.jsonl --preset ./own.json --output own --splitter lines && fail "rows without a solution to split were accepted"
grep -q 'missing_solution' own/report.md || fail "$(cat log)"
echo "data inspected, exported, rewritten and packed"
