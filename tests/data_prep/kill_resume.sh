#!/usr/bin/env bash
# kill -9 at different moments of the work leaves no manifest. The next run, on another number of ranks,
# resumes from the finished parts and writes the same bytes.
#   kill_resume.sh BUILD_FOLDER [ROUNDS]
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) ROUNDS=${2:-4} WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_kill.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
awk 'BEGIN { for (i = 0; i < 60000; ++i) printf "{\"question\": \"Case %d: how many are %d boxes of %d pens and %d more, if %d are lost?\", \"solution\": \"1. **Boxes** %d x %d\\n2. **More** add %d\\n3. **Lost** take %d away\"}\n", i, i%97, i%89, i%83, i%79, i%97, i%89, i%83, i%79 }' >"$WORK/in.jsonl"
OPTIONS=(--input "$WORK/in.jsonl" --shards.solutions 2000 --shards.read_bytes 512K)
prep() { local n=$1 out=$2; shift 2; timeout 1200 mpirun --bind-to none -n "$n" "$BIN/srl_prep" "${OPTIONS[@]}" --output "$out" "$@" </dev/null; }
made() { find "$1" -type f \( -path '*/work/file_*' -o -name '*.h5' \) ! -name '*.srl_new' 2>/dev/null | wc -l; }   # finished parts of the input, and shards
prep 1 "$WORK/whole" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
all=$(($(stat -c %s "$WORK/in.jsonl") / 524288 + $(made "$WORK/whole")))
went_on=0
for round in $(seq 1 "$ROUNDS"); do
  out=$WORK/killed
  rm -rf "$out"
  "$BIN/srl_prep" "${OPTIONS[@]}" --output "$out" </dev/null 2>/dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null && (($(made "$out") < all * round / (ROUNDS + 1))); do sleep 0.002; done
  kill -9 "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  [[ -f $out/manifest.json ]] && continue   # the run ended before the kill
  "$BIN/srl_prep" verify "$out" 2>"$WORK/log" && fail "verify accepted an incomplete folder"
  grep -q 'no manifest.json' "$WORK/log" || fail "$(cat "$WORK/log")"
  before=$(stat -c '%i %Y %n' "$out"/shards/*.h5 "$out"/work/file_* 2>/dev/null | grep -v srl_new | sort || true)
  mkdir "$WORK/hold"   # hard links keep the inodes from being used again
  ln "$out"/shards/*.h5 "$WORK/hold/" 2>/dev/null || true
  prep $((1 + round % 3)) "$out" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
  [[ -n $before ]] && { grep -q 'resuming from' "$WORK/log" || fail "it started from the beginning: $(cat "$WORK/log")"; went_on=1; }
  while read -r inode time name; do
    [[ $name != *.h5 ]] || [[ $(stat -c '%i %Y' "$name") == "$inode $time" ]] || fail "$name was finished, but it was written again"
  done <<<"$before"
  rm -rf "$WORK/hold"
  diff -r "$WORK/whole" "$out" || fail "round $round wrote other files than the uninterrupted run"
done
((went_on)) || fail "no round was killed before its end; make the input larger"
echo "the same files after $ROUNDS kills"
