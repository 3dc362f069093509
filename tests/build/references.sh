#!/usr/bin/env bash
# references.sh SOURCE_DIR: checks that every file, heading and link that code, scripts and documents name
# exists.
#   files      docs/x.md, src/x.hpp, tests/x.sh …: a path from the top of the source, anywhere in a text;
#              tests may leave out tests/
#   headings   docs/method.md, "Losses": a heading of that file, cited on one line
#   links      [text](file#anchor) in Markdown files, relative to the file; anchors as GitHub makes them
#   old names  references by number to notes that are not part of the source
set -euo pipefail
export LC_ALL=C
cd "$1"

errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

# The files of the source, without test data and foreign files.
roots='.ci analysis cmake data_prep docs env jobs slurm src studies tests'
folders=()
for name in $roots; do
  [ ! -d "$name" ] || folders+=("$name")
done
mapfile -t files < <(find README.md CMakeLists.txt CMakePresets.json "${folders[@]}" \
  \( -path tests/fuzz/corpus -o -path tests/data -o -path studies/miniature/base -o -path tests/build/references.sh \) -prune \
  -o -type f -print | sort)
mapfile -t documents < <(printf '%s\n' "${files[@]}" | grep '\.md$')

complain() { printf '%s\n' "$*" >> "$errors"; }

# The headings of a Markdown file, one per line, without comment lines of code blocks.
headings_of() { awk '/^ *```/ { code = !code } !code && /^#+ / { sub(/^#+ +/, ""); sub(/ +#*$/, ""); print }' "$1"; }

# The anchors that GitHub makes for these headings.
anchors_of() {
  headings_of "$1" | awk '{ s = tolower($0); gsub(/[^a-z0-9 _-]/, "", s); gsub(/ /, "-", s); n = seen[s]++; print n ? s "-" n : s }'
}

check_files() {
  local where line path any="(${roots// /|})"
  # Paths that are not in this source: files that docs/extending.md and docs/cluster.md ask the reader to
  # write, and files that agents edit in docs/agents.md.
  local elsewhere=' src/objective/signals/length_signal.cpp slurm/site.sh jobs/NAME/x.hpp src/marshmallow/schema.py
    src/marshmallow/marshalling.py src/marshmallow/compat.py tests/migrations/test_operations.py '
  while IFS=: read -r where line path; do
    path=$(sed -E 's/^[^A-Za-z.]//' <<< "$path")
    [ -e "$path" ] || [[ $where == tests/* && -e tests/$path ]] || grep -qwF -e "$path" <<< "$elsewhere" || complain "$where:$line: $path does not exist"
  done < <(grep -InoE "(^|[^A-Za-z0-9_./\$}-])$any(/[A-Za-z0-9_.-]+)*/[A-Za-z0-9_-]+\.(md|sh|py|ini|cmake|env|def|yaml|hpp|cpp|cu|txt)\b" "${files[@]}")
}

check_headings() {
  local where line citation file heading
  while IFS=: read -r where line citation; do
    file=${citation%%,*}
    heading=$(sed -E 's/^[^"]*"([^"\\]*)\\?"$/\1/' <<< "$citation")
    if [ -e "$file" ] && ! headings_of "$file" | grep -xF -e "$heading" > /dev/null; then
      complain "$where:$line: $file has no heading \"$heading\""
    fi
  done < <(grep -InoE 'docs/[a-z-]+\.md, \\?"[^"\\]+\\?"' "${files[@]}")
  while IFS=: read -r where line citation; do
    complain "$where:$line: a cited heading must end on its line: $citation"
  done < <(grep -InoE 'docs/[a-z-]+\.md, \\?"[^"]*$' "${files[@]}" || true)
}

check_links() {
  local document line target file anchor
  for document in "${documents[@]}"; do
    while read -r line target; do
      file=${target%%#*}
      anchor=${target#"$file"}
      anchor=${anchor#\#}
      if [ -z "$file" ]; then file=$document; else file=$(dirname "$document")/$file; fi
      if [ ! -e "$file" ]; then
        complain "$document:$line: the link $target names a file that does not exist"
      elif [ -n "$anchor" ] && ! anchors_of "$file" | grep -xF -e "$anchor" > /dev/null; then
        complain "$document:$line: the link $target names a heading that does not exist"
      fi
    done < <(awk '/^ *```/ { code = !code; next }
                  !code { gsub(/`[^`]*`/, ""); while (match($0, /\]\([^) ]+\)/)) {
                            target = substr($0, RSTART + 2, RLENGTH - 3); $0 = substr($0, RSTART + RLENGTH)
                            if (target !~ /^[a-z]+:/) print FNR, target } }' "$document")
  done
}

check_old_names() {
  local found
  while read -r found; do
    complain "$found: cite docs/method.md or docs/design.md by heading"
  done < <(grep -InoE "\bMETHOD( [0-9]|'s|\.md)|\bDESIGN([,)']| [0-9]|\.md)|\bpromises? [0-9]|\bEdges\)|\bnumbered points?\b" "${files[@]}" || true)
}

check_files
check_headings
check_links
check_old_names
if [ -s "$errors" ]; then
  sort -u "$errors" >&2
  exit 1
fi
echo "${#files[@]} files: all references are valid"
