#!/usr/bin/env bash
# Speed of srl_prep against a plain Python script, on 1 and 2 ranks, and its memory; everything on tmpfs.
#   prep_bench.sh BUILD_FOLDER [SIZE_MB=200] [MEMORY_MB=0: size of the input of the memory run; 5000 for the full one]
# Prints wall and processor seconds; on a busy machine only the second mean something.
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) SIZE=${2:-200} MEMORY=${3:-0} HERE=$(cd "$(dirname "$0")" && pwd) WORK=$(mktemp -d /dev/shm/srl_prep_bench.XXXXXX)
trap 'rm -rf "$WORK"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
generate() {  # word problems, half with numbered titled steps, half with lines and a last line ####
  awk -v size="$1" 'BEGIN { srand(1); size *= 1e6
    split("apples pencils tickets stones coins bottles letters chairs ribbons marbles", thing); split("Anna Bruno Carla Dimitri Esra Farid Greta Hassan", who)
    for (i = 0; bytes < size; ++i) { a = int(rand() * 900) + 10; b = int(rand() * 90) + 2; c = int(rand() * 50) + 1; t = thing[i % 10 + 1]; w = who[i % 8 + 1]
      q = sprintf("%s packs %d %s into each of %d boxes on day %d, and then %d more %s are found in the cellar. Someone takes away box number %d. How many %s does %s count in all, with list %d in hand?", w, a, t, b, i, c, t, c % b + 1, t, w, i * 7)
      if (i % 2) s = sprintf("1. **Full boxes** There are %d boxes with %d %s each, so the boxes hold %d %s before anything is taken away.\\n2. **What is found** In the cellar there are %d more, which makes %d %s.\\n3. **What is lost** One box with %d is gone, so \\\\(%d - %d = %d\\\\) are left: \\\\boxed{%d}.", b, a, t, a * b, t, c, a * b + c, t, a, a * b + c, a, a * b + c - a, a * b + c - a)
      else s = sprintf("The boxes hold %d * %d = <<%d*%d=%d>>%d %s at first.\\nWith the %d from the cellar there are <<%d+%d=%d>>%d %s.\\nWithout the one box %s counts <<%d-%d=%d>>%d %s.\\n#### %d", a, b, a, b, a * b, a * b, t, c, a * b, c, a * b + c, a * b + c, t, w, a * b + c, a, a * b + c - a, a * b + c - a, t, a * b + c - a)
      line = sprintf("{\"question\": \"%s\", \"solution\": \"%s\"}", q, s); print line; bytes += length(line) + 1 } }' >"$2"
}
measured() {  # measured NAME COMMAND…: wall and processor seconds, and MB/s of both
  local name=$1; shift
  /usr/bin/env python3 - "$name" "$(stat -c %s "$WORK/in.jsonl")" "$@" <<'P'
import resource, subprocess, sys, time
name, size, command = sys.argv[1], int(sys.argv[2]) / 1e6, sys.argv[3:]
start = time.monotonic()
done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode: sys.exit(done.stderr)
cpu = used.ru_utime + used.ru_stime
print(f"{name:14s} wall {wall:7.2f} s {size / wall:7.1f} MB/s   processor {cpu:7.2f} s {size / cpu:7.1f} MB/s   {used.ru_maxrss / 1024:6.0f} MiB")
P
}
generate "$SIZE" "$WORK/in.jsonl"
measured "srl_prep" "$BIN/srl_prep" --threads 1 --input "$WORK/in.jsonl" --output "$WORK/one"
measured "2 ranks" mpirun -n 2 "$BIN/srl_prep" --threads 1 --input "$WORK/in.jsonl" --output "$WORK/two"
diff -r "$WORK/one" "$WORK/two" >/dev/null || { echo "1 and 2 ranks give other files" >&2; exit 1; }
measured "without hold-out" "$BIN/srl_prep" --threads 1 --input "$WORK/in.jsonl" --output "$WORK/three" --holdout.questions 0
rm -rf "$WORK/one" "$WORK/two" "$WORK/three"
measured "Python" /usr/bin/python3 "$HERE/peers/prep_peer.py" "$WORK/in.jsonl" "$WORK/peer"
if ((MEMORY)); then
  rm -rf "${WORK:?}"/*
  generate "$MEMORY" "$WORK/in.jsonl"
  mkdir "$WORK/status"
  mpirun -n 2 bash -c '"$0" "$@" & pid=$!; while kill -0 $pid 2>/dev/null; do grep VmHWM /proc/$pid/status >"'"$WORK"'/status/$OMPI_COMM_WORLD_RANK.new" 2>/dev/null && mv "'"$WORK"'/status/$OMPI_COMM_WORLD_RANK.new" "'"$WORK"'/status/$OMPI_COMM_WORLD_RANK"; sleep 0.2; done; wait $pid' \
    "$BIN/srl_prep" --threads 1 --input "$WORK/in.jsonl" --output "$WORK/big"
  for rank in 0 1; do echo "rank $rank of 2, $MEMORY MB: $(cat "$WORK/status/$rank")"; done
fi
