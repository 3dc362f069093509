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
"$report" --run "$WORK"/in/runs/* --format csv >"$WORK/runs.csv" 2>/dev/null
"$report" "$WORK/in/results" --format csv >"$WORK/results.csv" 2>/dev/null
