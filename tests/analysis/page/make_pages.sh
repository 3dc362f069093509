# Sourced by tests: makes pages of hard inputs in $WORK with $report. $HERE holds make_inputs.py.
command -v python3 >/dev/null || { echo "skipped: Python is missing"; exit 77; }
"$HERE/make_inputs.py" "$WORK/in"
make() {  # make NAME ARGUMENTS…: NAME.html, and what stdout says in NAME.txt
  "$report" "${@:2}" --html "$WORK/$1.html" >"$WORK/$1.txt" 2>"$WORK/log" || fail "$1: $(cat "$WORK/log")"
}
make runs --run "$WORK"/in/runs/*
make results "$WORK/in/results"
make records "$WORK/in/results" --run "$WORK/in/runs/many" --before "$WORK/in/before" --after "$WORK/in/after"
make study --study "$WORK/in/study"
prep() {  # prep NAME FILE: a data folder of a file
  "$(dirname "$report")/srl_prep" --input "$2" --output "$WORK/in/$1" --holdout.questions 0 >"$WORK/log" 2>&1 || fail "srl_prep: $(cat "$WORK/log")"
}
bench=$(echo "$WORK"/in/contaminated/bench_*.jsonl)
prep training "$WORK/in/contaminated/train.jsonl"
prep checksum "$bench"
checksum=$(sed -n 's/.*"xxh3_128": *"\([0-9a-f]*\)".*/\1/p' "$WORK/in/checksum/manifest.json" | tail -1)  # the input comes last
sed -i "s/\"CHECKSUM\"/\"$checksum\"/" "$WORK/in/contaminated/results/records_00000.jsonl"
make contaminated "$WORK/in/contaminated/results" --contamination.shards "$WORK/in/training" --contamination.benchmarks "$bench"
grep -q "is not checked" "$WORK/contaminated.txt" || fail "the benchmark of other records is not named"
grep -q "The first 200 of 230 rows" "$WORK/contaminated.html" || fail "the page does not say how many questions it leaves out"
"$report" --run "$WORK"/in/runs/* --format csv >"$WORK/runs.csv" 2>/dev/null
"$report" "$WORK/in/results" --format csv >"$WORK/results.csv" 2>/dev/null
