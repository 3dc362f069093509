#!/usr/bin/env bash
# What srl_prep says about input that it cannot use, and what srl_prep guess says.
#   messages.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) SOURCE=$(cd "$(dirname "$0")/../.." && pwd) WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_messages.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
cd "$WORK"
# says FILE WORDS…: the job fails, and its error has each of the words.
says() {
  local file=$1 word; shift
  "$BIN/srl_prep" --input "$file" --output out --holdout.questions 0 >/dev/null 2>log && fail "$file passes"
  sed -n '/error:/,$p' log >error
  for word in "$@"; do grep -qF -- "$word" error || fail "$file: no '$word' in: $(cat error)"; done
}
row='{"question": "q%s", "solution": "1. a\\n2. b"}\n'

# Rows in another form: the fields looked for, those of the row, and the options to use.
printf '{"ask": "q", "input": "x?", "cot": "1. a\\n2. b"}\n' >fields.jsonl
says fields.jsonl 'fields.jsonl line 1: missing_question: no field question, problem or query' 'the row has ask, input, cot' \
  '--fields.question input --fields.solution cot' 'srl_prep guess'
grep -q 'max_reject_fraction' error && fail "a limit does not help if all rows fail: $(cat error)"
grep -q '"detail":"no field question, problem or query' out/rejects.jsonl || fail "no detail: $(cat out/rejects.jsonl)"
printf '{"question": {"a": 1}, "solution": "x"}\n' >types.jsonl
says types.jsonl 'the field question, taken for the question, is an object'
printf '{"question": "q", "solution": ["a", "b"]}\n' >list.jsonl
says list.jsonl 'the field solution, taken for the solution, is an array' '--fields.steps'
# Few bad rows: they may be left out.
{ for i in $(seq 30); do printf "$row" "$i"; done; printf '{"question": "q"}\n'; } >few.jsonl
says few.jsonl '1 of 31 rows' 'few.jsonl line 31: missing_solution' 'raise --max_reject_fraction'
# Text in another encoding or format.
printf '{"question": "caf\351", "solution": "1. a\\n2. b"}\n' >latin1.jsonl
says latin1.jsonl 'Latin-1' 'iconv -f LATIN1 -t UTF-8'
printf 'question,solution\nq,s\n' >table.jsonl
says table.jsonl 'a CSV file must end in .csv'
printf "{'question': 'q'}\n" >python.jsonl
says python.jsonl 'Python dictionary'
printf 'q,s\n1,2,3\n' >cells.csv
says cells.csv 'cells.csv line 2' 'a CSV record of 3 cells, but the header has 2'
# Files of other kinds: one line that names the kind.
printf 'ARROW1\0\0' >kind.arrow; says kind.arrow 'kind.arrow is an Arrow file'
printf '\377\377\377\377\020\0\0\0' >stream.arrow; says stream.arrow 'stream.arrow is an Arrow file'
printf '\375\067zXZ\0' >kind.jsonl.xz; says kind.jsonl.xz 'packed with xz'
printf '\377\376{\0}\0' >wide.jsonl; says wide.jsonl 'UTF-16'
printf '<!DOCTYPE html>\n<html>404</html>\n' >page.jsonl; says page.jsonl 'HTML page'
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n' >pointer.jsonl; says pointer.jsonl 'Git LFS pointer'
[[ $(wc -l <error) -eq 1 ]] || fail "more than one line: $(cat error)"
# Readable rows that are not used: the reasons.
printf '{"question": "q", "solution": "prose"}\n' >prose.jsonl
says prose.jsonl 'no solution was kept from 1 row (no_steps 1)'

# Tables are input; their rows have the lines of the file.
printf 'question,solution,correct\n"What, now?","1. a\n2. b",yes\n"q2","1. a\n2. c",no\n' >rows.csv
"$BIN/srl_prep" --input rows.csv --output out --holdout.questions 0 2>log || fail "$(cat log)"
grep -q '"line":4,.*"reason":"marked_incorrect"' out/rejects.jsonl || fail "$(cat out/rejects.jsonl)"
"$BIN/srl_prep" export out 2>log | grep -qF '"id":"rows:2","source":"rows","question":"What, now?","solution":"1. a\n2. b"' || fail "csv: $("$BIN/srl_prep" export out)"
tr ',' '\t' <rows.csv | sed 's/What\t/What,/' | gzip -c >rows.tsv.gz
"$BIN/srl_prep" --input rows.tsv.gz --output packed --holdout.questions 0 2>log || fail "$(cat log)"
diff <("$BIN/srl_prep" export packed 2>/dev/null) <("$BIN/srl_prep" export out 2>/dev/null) || fail "tsv"

# A file that is given more than once, also by a link, is read once.
ln -s prose.jsonl link.jsonl
"$BIN/srl_prep" --input rows.csv ./rows.csv link.jsonl prose.jsonl --output once --holdout.questions 0 2>log || fail "$(cat log)"
[[ $(grep -c 'given more than once and read once' log) -eq 1 ]] && grep -q './rows.csv and 1 other file are given' log || fail "$(cat log)"
grep -q ' of 3 rows: ' log || fail "a file was read twice: $(cat log)"

# guess: the command that it prints does what it says.
guess() { "$BIN/srl_prep" guess "$@" 2>log; }
guess fields.jsonl >seen || fail "guess: $(cat log)"
grep -qF 'srl_prep --input fields.jsonl --output data --fields.question input --fields.solution cot' seen || fail "$(cat seen)"
grep -q 'kept: 1 row with steps' seen || fail "$(cat seen)"
for form in nebius openr1_math theoremqa; do
  guess "$SOURCE/tests/data_prep/forms/$form.jsonl" >seen || fail "guess: $(cat log)"
  grep -q "^preset by the fields: $form" seen || fail "$form: $(cat seen)"
  command=$(sed -n '/^command:/{n;s/^ *//p}' seen)
  (eval "$BIN/$command" --holdout.questions 0 2>log) || fail "$command: $(cat log)"
done
mkdir 'a folder'; printf '{"question": "q", "solution": "One is odd. Two is even."}\n' >"a folder/it's.jsonl"
guess "a folder/it's.jsonl" >seen || fail "$(cat log)"
grep -qF -- "--input 'a folder/it'\\''s.jsonl' --output data --splitter sentences" seen || fail "$(cat seen)"
guess prose.jsonl >seen && fail "a way for prose of one sentence: $(cat seen)"
grep -q 'no way was found' seen || fail "$(cat seen)"
guess page.jsonl >seen && fail "a way for a page"
grep -q 'HTML page' log || fail "$(cat log)"
echo "messages and guesses are right"
