#!/usr/bin/env bash
# rooms.sh SOURCE_DIR ROOMS_FILE: checks that the table of src/README.md agrees with CMake, and that each
# first header exists. ROOMS_FILE has one line `room: rooms that it lists` for each room of the build. Rooms
# that are not in the build (without LibTorch) are not compared.
set -euo pipefail
table=$1/src/README.md
wrong=0
complain() { echo "$table: $*" >&2; wrong=1; }
sorted() { tr -s ' ,' '\n' <<<"$1" | sed '/^$/d' | sort | paste -sd ' '; }

# Rows of the table: | `room` | `first header` | what it owns | knows |
declare -A knows=()
while IFS='|' read -r _ room header _ known _; do
  room=$(tr -d ' `' <<<"$room") header=$(tr -d ' `' <<<"$header")
  [[ ! -v knows[$room] ]] || complain "room $room is twice in the table"
  knows[$room]=$(sorted "${known//[\`-]/}")
  [[ -e $1/src/$room/$header || -e $1/$room/$header ]] || complain "room $room has no header $header"
done < <(grep -E "^\\| \`[a-z_]+\` \\|" "$table")

compared=0
while IFS=':' read -r room listed; do
  listed=$(sorted "$listed")
  if [[ ! -v knows[$room] ]]; then
    complain "room $room is missing from the table"
  elif [[ ${knows[$room]} != "$listed" ]]; then
    complain "room $room lists '${knows[$room]}' in the table, but its CMakeLists.txt lists '$listed'"
  fi
  compared=$((compared + 1))
done <"$2"
((compared > 10)) || complain "$2 has only $compared rooms"
((wrong)) || echo "$compared rooms: the table agrees with CMake"
exit $wrong
