#!/usr/bin/env bash
# The documentation site: it is made without a warning, so no link is broken; it has every page, and its pages are
# in the list of contents; a browser shows them at 390 and 1,280 pixels. A planted broken link must be found.
#   site.sh SOURCE_FOLDER
set -euo pipefail
source_folder=$(cd "${1:-.}" && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_site_test.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
code=0
"$source_folder/docs/make_site.sh" "$WORK/site" >"$WORK/log" 2>&1 || code=$?
[[ $code -ne 77 ]] || { cat "$WORK/log"; exit 77; }
((code == 0)) || fail "$(cat "$WORK/log")"
for page in "$source_folder"/docs/*.md; do
  name=$(basename "$page" .md)
  [[ -s $WORK/site/docs/$name.html ]] || fail "$name is missing"
  [[ $name == index ]] || grep -qx "$name" "$source_folder/docs/site/contents.md" || fail "$name is not in the list of contents"
done

[[ -s $WORK/site/_images/readme_result.svg ]] || fail "README's picture is missing"

mkdir "$WORK/bad"
cp -r "$source_folder"/{README.md,docs} "$WORK/bad"
mkdir "$WORK/bad/src"
cp "$source_folder/src/README.md" "$WORK/bad/src"
echo '[broken](training.md#no-such-heading)' >>"$WORK/bad/docs/glossary.md"
! "$WORK/bad/docs/make_site.sh" "$WORK/bad_site" >"$WORK/log" 2>&1 || fail "a broken link was not found"
grep -q 'no-such-heading' "$WORK/log" || fail "$(cat "$WORK/log")"

# wide PAGE WIDTH: some part of the text is wider than a window of this width. Tables and code scroll by themselves.
wide() {
  sed 's|</body>|<script>document.title = "wider by " + Math.max(...[...document.querySelectorAll("article section > *")].map(e => Math.ceil(e.getBoundingClientRect().right - window.innerWidth)))</script></body>|' "$1" >"${1%.html}_measured.html"
  "$chromium" --headless --no-sandbox --disable-gpu --window-size="$2",2000 --dump-dom "file://${1%.html}_measured.html" 2>/dev/null >"$WORK/dom"
  grep -qE '<title>wider by -?[0-9]+<' "$WORK/dom" || fail "$1 was not measured"
  (($(grep -oE '<title>wider by -?[0-9]+' "$WORK/dom" | grep -oE -- '-?[0-9]+$') > 0))
}
if chromium=$(command -v chromium || command -v chromium-browser); then
  for width in 390 1280; do
    for page in index training options; do
      ! wide "$WORK/site/docs/$page.html" $width || fail "$page does not fit $width pixels"
    done
  done
  sed 's|<h1>|<div style="width:2000px">wide</div><h1>|' "$WORK/site/docs/index.html" >"$WORK/site/docs/planted.html"
  wide "$WORK/site/docs/planted.html" 390 || fail "a page that is too wide was not found"
fi
echo "the site is whole"
