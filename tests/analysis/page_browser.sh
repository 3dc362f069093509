#!/usr/bin/env bash
# Pages of hard inputs in headless Chromium at 390 and 1,280 pixels and in print: no texts intersect, none is
# small, every plot has a mark, the console is silent. Planted faults must be found.
#   page_browser.sh BUILD_FOLDER
set -euo pipefail
report=$(cd "$1" && pwd)/bin/srl_report; export report  # make_pages.sh uses it
HERE=$(cd "$(dirname "$0")/page" && pwd)
chromium=$(command -v chromium || command -v chromium-browser) || { echo "skipped: Chromium is missing (env/setup.sh --pages)"; exit 77; }
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_browser.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }

. "$HERE/make_pages.sh"
"$HERE/browser.py" "$chromium" "$WORK"/{runs,records,study,contaminated}.html || fail "a page has faults"

bad() {  # bad COMPLAINT SED_SCRIPT: the browser must complain of what the script does to a page
  sed "$2" "$WORK/results.html" >"$WORK/bad.html"
  ! cmp -s "$WORK/results.html" "$WORK/bad.html" || fail "$1: nothing was changed"
  "$HERE/browser.py" "$chromium" --bad "$1" "$WORK/bad.html" || fail "$1: not found"
}
bad "texts intersect" 's/<main>/<main><p>one text<\/p><p style="margin-top:-20px">another text<\/p>/'
bad "texts intersect" '0,/<text x="[0-9.]*" y="[0-9.]*" text-anchor="middle">[^<]*<\/text>/s//&<text x="21" y="20">over<\/text><text x="24" y="22">another<\/text>/'
bad "an empty plot" 's/<main>/<main><figure><figcaption>empty<\/figcaption><svg viewBox="0 0 340 190" width="340" height="190"><line class="axis" x1="0" y1="9" x2="9" y2="9"\/><\/svg><\/figure>/'
bad 'x is "NaN"' '0,/<rect class="\([^"]*\)" x="[0-9.]*"/s//<rect class="\1" x="NaN"/'
bad "text of 9.0 px" 's/<main>/<main><p style="font-size:9px">small<\/p>/'
bad "console" 's/<main>/<main><script>console.error("trouble")<\/script>/'
bad "request" 's/<main>/<main><img src="http:\/\/127.0.0.1:9\/picture.png"\/>/'
echo "planted faults are found"
