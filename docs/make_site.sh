#!/usr/bin/env bash
# Makes the documentation as a static site: the same pages, with search and a list of contents. It needs Sphinx with
# MyST and the theme Furo (env/setup.sh --pages).   docs/make_site.sh [OUTPUT]   (default build/site)
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(realpath -m "${1:-build/site}")
python=/usr/bin/python3
"$python" -c 'import furo, myst_parser, sphinx' 2>/dev/null || { echo "make_site: Sphinx, MyST or Furo is missing: env/setup.sh --pages" >&2; exit 77; }
pages=$(mktemp -d "${TMPDIR:-/tmp}/srl_site.XXXXXX")
trap 'rm -rf "$pages"' EXIT
mkdir -p "$pages/docs" "$pages/src" "$pages/jobs/presets"
cp README.md "$pages/"
cp docs/*.md docs/*.svg "$pages/docs/"
cat docs/site/contents.md >>"$pages/docs/index.md"
cp src/README.md "$pages/src/"
cp docs/site/conf.py "$pages/"
# Pages outside the lists of contents, and links to files of the source: they stay as text.
sed -i '1i ---\norphan: true\n---' "$pages/README.md" "$pages/src/README.md"
# shellcheck disable=SC2016
sed -i -E 's/\[(`?[^]]*`?)\]\((\.\.\/)?(jobs|env|tests|studies|slurm)\/[^)]*\)/\1/g' "$pages"/docs/*.md "$pages/README.md" "$pages/src/README.md"
rm -rf "$out"
"$python" -m sphinx -q -W --keep-going -b html "$pages" "$out"
echo '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=docs/index.html"><a href="docs/index.html">SRL</a>' >"$out/index.html"
rm -rf "$out/.doctrees" "$out/.buildinfo"
echo "the site is in $out; open $out/docs/index.html"
