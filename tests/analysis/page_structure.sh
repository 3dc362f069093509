#!/usr/bin/env bash
# Pages of hard inputs: their structure, checked by a parser without a browser, and that the checker finds
# faults. The same report as text and CSV goes to stdout.
#   page_structure.sh BUILD_FOLDER
set -euo pipefail
report=$(cd "$1" && pwd)/bin/srl_report
HERE=$(cd "$(dirname "$0")/page" && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_structure.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

. "$HERE/make_pages.sh"
"$HERE/check_structure.py" "$WORK"/*.html || fail "the structure of a page"
grep -qF '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;' "$WORK/records.html" || fail "the names are not shown"

bad() {  # bad NAME SED_SCRIPT: the checker must find what the script does to a page
  sed "$2" "$WORK/runs.html" >"$WORK/bad.html"
  ! cmp -s "$WORK/runs.html" "$WORK/bad.html" || fail "$1: nothing was changed"
  ! "$HERE/check_structure.py" "$WORK/bad.html" >/dev/null 2>&1 || fail "$1: not found"
}
bad "an empty plot" 's/<path class="[^"]*" d="[^"]*"\/>//g; s/<circle[^>]*>//g; s/<line class="line[^>]*>//g; s/<rect[^>]*>//g'
bad "a coordinate that is not a number" '0,/ x1="[0-9.]*"/s// x1="nan"/'
bad "a script" 's/<main>/<main><script>1<\/script>/'
bad "an element that is not closed" 's/<main>/<main><p>/'
echo "the checker finds planted faults"

columns=$(awk -F, '/^run,update,reward/ { n = NF; next } n && NF != n { exit } n { print $3 }' "$WORK/runs.csv" | wc -l)
((columns >= 5061)) || fail "CSV shows $columns updates instead of 5061"
! grep -vE '^#' "$WORK/results.csv" | grep -qE '[0-9] \[|[0-9] of [0-9]' || fail "a cell of CSV holds several numbers"
cmp -s <("$report" "$WORK/in/results" --html "$WORK/again.html" 2>/dev/null) "$WORK/results.txt" || fail "--html changes the text"

# The state of a run: one look, and until it ends.
state() { printf 'state=%s\nreason=\nupdate=1\n' "$1" >"$WORK/live/STATUS"; }
mkdir "$WORK/live"
state running
echo '{"update":3,"reward_mean":0.25,"seconds":{"total":2.0}}' >"$WORK/live/metrics.jsonl"
echo '{"options":{"training.updates":10}}' >"$WORK/live/provenance.json"
live() { timeout 600 "$report" --live "$WORK/live" --html "$WORK/live.html" "$@" 2>"$WORK/log" || fail "--live: $(cat "$WORK/log")"; }
[[ $(live --live.every 0) == "running: update 3 of 10, 2.0 s per update, 14.0 s left, reward 0.2500" ]] || fail "--live says $(live --live.every 0)"
! grep -q http-equiv "$WORK/live.html" || fail "a page that is not written again reloads itself"
live --live.every 0.05 >"$WORK/watched" &
watcher=$!
until grep -q http-equiv "$WORK/live.html"; do kill -0 $watcher || fail "--live ended early"; sleep 0.05; done
echo '{"update":4,"reward_mean":0.5,"seconds":{"total":2.0}}' >>"$WORK/live/metrics.jsonl"
until grep -q 'update 4 of 10' "$WORK/watched"; do kill -0 $watcher || fail "--live ended early"; sleep 0.05; done
state finished
wait $watcher || fail "--live did not end well"
[[ $(tail -1 "$WORK/watched") == "the run is finished" ]] || fail "--live ended with $(tail -1 "$WORK/watched")"
! grep -q http-equiv "$WORK/live.html" || fail "the page of a finished run reloads itself"
state running
echo "process 999999999 on $(uname -n) since 2026-01-01T00:00:00Z" >"$WORK/live/LOCK"
live --live.every 0.05 | grep -q "process that held the run is gone" || fail "a killed run is not told from a running one"
"$HERE/check_structure.py" "$WORK/live.html"
code=0
"$report" --live "$WORK/live" --run "$WORK/live" 2>/dev/null || code=$?
((code == 2)) || fail "--live with --run: exit code $code"
echo "the state of a run"
