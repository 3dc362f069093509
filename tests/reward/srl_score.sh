#!/bin/sh
# srl_score end to end: order, line numbers of bad lines, exit codes, files, one rank and three ranks.
set -u
srl_score=$1
mpirun=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
expect() {  # expect WHAT WANTED GOT
  if [ "$2" != "$3" ]; then
    printf 'FAILED %s\nwanted: %s\ngot:    %s\n' "$1" "$2" "$3"
    failed=1
  fi
}

out=$(printf '{"a":"tide","b":"diet"}\nbroken\n{"a":"diet","b":"tide"}\n{"a":1,"b":"x"}' | "$srl_score" similarity --blocks 2>"$folder/log")
expect "exit code with bad lines" 1 $?
expect "lines out" 4 "$(printf '%s\n' "$out" | wc -l | tr -d ' ')"
expect "first line" '{"ratio":0.25,"blocks":[[0,3,1],[4,4,0]]}' "$(printf '%s\n' "$out" | sed -n 1p)"
expect "bad line's number" '{"line":2,"error"' "$(printf '%s\n' "$out" | sed -n 2p | cut -c1-17)"
expect "after a bad line" '{"ratio":0.5,"blocks":[[0,2,1],[2,3,1],[4,4,0]]}' "$(printf '%s\n' "$out" | sed -n 3p)"
expect "wrong type" '{"line":4,"error"' "$(printf '%s\n' "$out" | sed -n 4p | cut -c1-17)"

expect "texts are compared as given" '{"ratio":0.6666666666666666}' "$(echo '{"a":" x","b":"x"}' | "$srl_score" similarity)"
expect "or stripped" '{"ratio":1.0}' "$(echo '{"a":" x","b":"x"}' | "$srl_score" similarity --similarity.strip outer)"
expect "expert first" '{"ratio":0.5}' "$(echo '{"a":"tide","b":"diet"}' | "$srl_score" similarity --similarity.order expert_first)"
expect "token ids" '{"ratio":0.6666666666666666}' "$(echo '{"a":[1,2,3],"b":[2,3,4]}' | "$srl_score" similarity --similarity.unit token)"
expect "format" '{"thought":"a","action":"b"}' "$(echo '{"text":"<think>a</think>b"}' | "$srl_score" format)"
expect "format's reason" '{"reason":"missing_open"}' "$(echo '{"text":"b"}' | "$srl_score" format)"
expect "extract" '{"answer":"3","how":"boxed"}' "$(printf '%s\n' '{"text":"so \\boxed{3}"}' | "$srl_score" extract)"
expect "nothing to extract" '{"answer":null,"how":"none"}' "$(echo '{"text":"not a number in it"}' | "$srl_score" extract)"
expect "grade" '{"correct":true,"how":"number"}' "$(printf '%s\n' '{"prediction":"\\boxed{1/2}","reference":"0.5"}' | "$srl_score" grade)"
expect "grade after the thought" '{"correct":false,"how":"different"}' "$(printf '%s\n' '{"prediction":"<think>\\boxed{5}</think> \\boxed{4}","reference":"5"}' | "$srl_score" grade)"
expect "blank lines are skipped" '{"ratio":1.0}' "$(printf '\n{"a":"x","b":"x"}\n \r\n' | "$srl_score" similarity)"
expect "and count in line numbers" '{"line":3,"error"' "$(printf '\n\nbroken\n' | "$srl_score" similarity 2>"$folder/log" | cut -c1-17)"
expect "empty input" "" "$("$srl_score" grade </dev/null)"

# On a GPU, if one is there for each rank: the same lines.
printf '{"a":"tide","b":"diet"}\nbroken\n{"a":"日本é","b":"é日本"}\n{"a":1,"b":"x"}\n{"a":"x","b":"x"}\n' >"$folder/few.jsonl"
"$srl_score" similarity --input "$folder/few.jsonl" --output "$folder/cpu.jsonl" 2>"$folder/log"
"$srl_score" similarity --device cuda --input "$folder/few.jsonl" --output "$folder/gpu.jsonl" 2>"$folder/log"
status=$?
if grep -q 'similarities on ' "$folder/log"; then
  expect "exit code on a GPU, with bad lines" 1 $status
  expect "lines on a GPU" "$(cat "$folder/cpu.jsonl")" "$(cat "$folder/gpu.jsonl")"
  "$mpirun" -n 2 "$srl_score" similarity --device cuda --input "$folder/few.jsonl" </dev/null >"$folder/two.jsonl" 2>"$folder/log"
  ! grep -q 'similarities on ' "$folder/log" || expect "lines on two GPUs" "$(cat "$folder/cpu.jsonl")" "$(cat "$folder/two.jsonl")"
  echo '{"a":[1,2,3],"b":[2,3,4]}' >"$folder/ids.jsonl"
  expect "token ids on a GPU" '{"ratio":0.6666666666666666}' \
    "$("$srl_score" similarity --device cuda --similarity.unit token --input "$folder/ids.jsonl" 2>"$folder/log")"
  "$srl_score" similarity --device cuda --blocks --input "$folder/few.jsonl" 2>"$folder/log"
  expect "matching blocks on a GPU" 2 $?
else
  expect "exit code without a GPU" 2 $status
fi

"$srl_score" similarity --input "$folder/absent.jsonl" >"$folder/out" 2>"$folder/log"
expect "missing input" 1 $?
"$srl_score" similarity --blokcs <"/dev/null" >"$folder/out" 2>"$folder/log"
expect "unknown option" 2 $?
expect "stdout stays empty" "" "$(cat "$folder/out")"

i=0
while [ $i -lt 3000 ]; do
  echo "{\"a\":\"step $i of many\",\"b\":\"step $((i / 8 * 8)) of them\"}"
  i=$((i + 1))
done >"$folder/pairs.jsonl"
"$srl_score" similarity --input "$folder/pairs.jsonl" --output "$folder/one.jsonl"
expect "exit code" 0 $?
# With --input, because mpirun of Open MPI 4.1 sometimes crashes when it forwards a standard input that is not
# empty (open-mpi/ompi#7483), most often on a loaded machine.
"$mpirun" -n 3 "$srl_score" similarity --threads 2 --input "$folder/pairs.jsonl" </dev/null >"$folder/three.jsonl"
expect "exit code on three ranks" 0 $?
expect "lines" 3000 "$(wc -l <"$folder/one.jsonl" | tr -d ' ')"
cmp -s "$folder/one.jsonl" "$folder/three.jsonl" || expect "three ranks give the same lines" same different
exit $failed
