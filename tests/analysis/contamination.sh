#!/usr/bin/env bash
# Contaminated questions: srl_report marks those that srl_prep finds in the training data, refuses files that were not
# evaluated, and says the same for any number of array tasks.
#   contamination.sh BUILD_FOLDER
set -euo pipefail
bin=$(cd "$1" && pwd)/bin
command -v python3 >/dev/null || { echo "skipped: Python is missing"; exit 77; }
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_contamination.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

# Twelve questions: shared runs of 13 and of 12 words, whole short questions, and none; in other cases, with other signs
# and letters of full width. The rows are also expert solutions, so that srl_prep takes them.
python3 - "$WORK" <<'PYTHON'
import json, pathlib, random, sys
folder = pathlib.Path(sys.argv[1])
def words(first, count): return " ".join(f"w{first + k}" for k in range(count))
def row(name, question):
    return {"id": name, "question": question, "answer": "3", "source": "test",
            "solution": "1. **Add** One and one is 2.\n2. **Add** Two and one is 3.\n3. **End** The answer is \\boxed{3}."}
questions = [words(0, 20), "Start " + words(100, 13), words(200, 12) + " other end", "What is 1 + 1?", "What is 1 + 2?",
             words(300, 13).upper(), "\uff37hat is \uff11?", words(400, 30), words(500, 40), "Short", words(600, 12),
             words(700, 13) + "x"]
training = ["so " + words(3, 13) + " so", words(100, 15), words(200, 12) + " another end", "what is 1+1", "Now what is 1 + 2?",
            words(300, 14), "What is 1?", words(400, 6) + " x " + words(407, 12), words(527, 20), "Shorter", words(600, 12),
            words(700, 13)]
def write(name, rows): (folder / name).write_text("".join(json.dumps(one) + "\n" for one in rows))
write("bench.jsonl", [row(f"q{n}", text) for n, text in enumerate(questions)])
write("train.jsonl", [row(f"t{n}", text) for n, text in enumerate(training)])
for n, text in enumerate(questions): write(f"only_{n}.jsonl", [row(f"q{n}", text)])
PYTHON
prep() { "$bin/srl_prep" --holdout.questions 0 "$@" >"$WORK/log" 2>&1 || fail "srl_prep $*: $(cat "$WORK/log")"; }
prep --input "$WORK/train.jsonl" --output "$WORK/data"
prep --input "$WORK/bench.jsonl" --output "$WORK/bench"
python3 - "$WORK" <<'PYTHON'
import json, pathlib, sys
folder = pathlib.Path(sys.argv[1])
checksum = json.loads((folder / "bench/manifest.json").read_text())["inputs"][0]["xxh3_128"]
lines = []
for question in range(12):
    for sample in range(-1, 4):
        correct = (question + sample) % 3 == 0
        lines.append(json.dumps({
            "model": "m", "model_checksum": "c" * 32, "benchmark": "bench", "benchmark_checksum": checksum, "question": question,
            "id": f"q{question}", "sample": max(sample, 0), "view": "whole", "settings": {"greedy": sample < 0}, "text": "3",
            "answer": "3" if correct else "4", "reference": "3", "correct": correct, "how": "text", "tokens": 9,
            "finish_reason": "stop", "seconds": 1.0}) + "\n")
for tasks in (1, 3, 8):
    (folder / f"results_{tasks}").mkdir()
    for task in range(tasks):
        (folder / f"results_{tasks}/records_{task:05d}.jsonl").write_text("".join(lines[task::tasks]))
PYTHON

report() { "$bin/srl_report" "$@" --contamination.shards "$WORK/data" --contamination.benchmarks "$WORK/bench.jsonl" 2>"$WORK/log"; }
report "$WORK/results_1" --format json >"$WORK/report.json" || fail "srl_report: $(cat "$WORK/log")"
python3 - "$WORK/report.json" >"$WORK/reported" <<'PYTHON'
import json, sys
section = json.load(open(sys.argv[1]))["sections"][1]
(benchmark,) = section["measures"]["benchmarks"]
(row,) = section["measures"]["rows"]
assert row["contaminated"] == benchmark["contaminated"] == 12 - row["greedy"]["questions"]
for question in benchmark["contaminated_questions"]: print(question["question"], question["training_id"])
PYTHON
for n in $(seq 0 11); do
  prep --input "$WORK/train.jsonl" --output "$WORK/out" --contamination.against "$WORK/only_$n.jsonl" --contamination.found keep
  prep --input "$WORK/train.jsonl" --output "$WORK/clean" --contamination.against "$WORK/only_$n.jsonl"
  left=$(python3 -c "import json, sys; print(json.load(open(sys.argv[1]))['counts']['kept'])" "$WORK/clean/manifest.json")
  ((left == 12)) || echo "$n t$n"
done >"$WORK/prepared"
cmp "$WORK/reported" "$WORK/prepared" || fail "srl_report finds $(tr '\n' ',' <"$WORK/reported") and srl_prep $(tr '\n' ',' <"$WORK/prepared")"
[[ $(cut -d' ' -f1 "$WORK/prepared" | tr '\n' ' ') == "0 1 3 5 6 8 10 " ]] || fail "srl_prep finds $(tr '\n' ',' <"$WORK/prepared")"
echo "srl_report and srl_prep find the same questions"

for format in text markdown csv json; do
  report "$WORK/results_1" --format $format >"$WORK/one" || fail "srl_report: $(cat "$WORK/log")"
  for tasks in 3 8; do
    report "$WORK/results_$tasks" --format $format | cmp - "$WORK/one" || fail "$tasks array tasks change the report ($format)"
  done
  "$bin/srl_report" "$WORK/results_1" --format $format >"$WORK/without" 2>/dev/null
  ! grep -qi contamin "$WORK/without" || fail "contamination is shown without the option ($format)"
  [[ $format == json ]] || ! diff "$WORK/without" "$WORK/one" | grep '^<' || fail "the option changes the other tables ($format)"
done
report "$WORK/results_1" --html "$WORK/page.html" >/dev/null || fail "srl_report --html: $(cat "$WORK/log")"
grep -q "bench: 7 of 12 questions are contaminated." "$WORK/page.html" || fail "the page does not say what is contaminated"
echo "the report is the same for 1, 3 and 8 array tasks"

refused() {  # refused CODE MESSAGE ARGUMENTS…
  local code=0
  "$bin/srl_report" "${@:3}" >/dev/null 2>"$WORK/log" || code=$?
  ((code == $1)) && grep -qF -- "$2" "$WORK/log" || fail "${*:3}: exit code $code, $(cat "$WORK/log")"
}
refused 2 "must be given together" "$WORK/results_1" --contamination.shards "$WORK/data"
refused 2 "must be given together" "$WORK/results_1" --contamination.benchmarks "$WORK/bench.jsonl"
refused 2 "give them with --input" --study "$WORK" --contamination.shards "$WORK/data" --contamination.benchmarks "$WORK/bench.jsonl"
refused 1 "train.jsonl" "$WORK/results_1" --contamination.shards "$WORK/data" --contamination.benchmarks "$WORK/train.jsonl"
echo >>"$WORK/bench.jsonl"
refused 1 "was changed after the evaluation" "$WORK/results_1" --contamination.shards "$WORK/data" --contamination.benchmarks "$WORK/bench.jsonl"
echo "other files are refused"
