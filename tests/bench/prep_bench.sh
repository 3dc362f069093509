#!/usr/bin/env bash
# Compares the speed of srl_prep with a plain Python script, and of 2 ranks with 1 rank, in turn on tmpfs.
# Then measures its memory.
#   prep_bench.sh BUILD_FOLDER [SIZE_MB=200] [MEMORY_MB=0] [ROUNDS=5]
# MEMORY_MB is the size of the input of the memory run, which is on disk. The run writes twice as much to
# tmpfs. 0 = no memory run, 5000 = the full memory run. Prints wall and processor seconds of each run, then
# medians with the smallest and largest value. On a busy machine only processor times are meaningful.
set -euo pipefail
BIN=$(cd "$1/bin" && pwd) SIZE=${2:-200} MEMORY=${3:-0} ROUNDS=${4:-5} HERE=$(cd "$(dirname "$0")" && pwd) WORK=$(mktemp -d /dev/shm/srl_prep_bench.XXXXXX)
BIG=$(mktemp -d "${TMPDIR:-/tmp}/srl_prep_bench.XXXXXX")
trap 'rm -rf "$WORK" "$BIG"' EXIT
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo
generate() {  # generate MB FILE: word problems, half with numbered titled steps, half with lines and a last line ####
  awk -v size="$1" 'BEGIN { srand(1); size *= 1e6
    split("apples pencils tickets stones coins bottles letters chairs ribbons marbles", thing); split("Anna Bruno Carla Dimitri Esra Farid Greta Hassan", who)
    for (i = 0; bytes < size; ++i) { a = int(rand() * 900) + 10; b = int(rand() * 90) + 2; c = int(rand() * 50) + 1; t = thing[i % 10 + 1]; w = who[i % 8 + 1]
      q = sprintf("%s packs %d %s into each of %d boxes on day %d, and then %d more %s are found in the cellar. Someone takes away box number %d. How many %s does %s count in all, with list %d in hand?", w, a, t, b, i, c, t, c % b + 1, t, w, i * 7)
      if (i % 2) s = sprintf("1. **Full boxes** There are %d boxes with %d %s each, so the boxes hold %d %s before anything is taken away.\\n2. **What is found** In the cellar there are %d more, which makes %d %s.\\n3. **What is lost** One box with %d is gone, so \\\\(%d - %d = %d\\\\) are left: \\\\boxed{%d}.", b, a, t, a * b, t, c, a * b + c, t, a, a * b + c, a, a * b + c - a, a * b + c - a)
      else s = sprintf("The boxes hold %d * %d = <<%d*%d=%d>>%d %s at first.\\nWith the %d from the cellar there are <<%d+%d=%d>>%d %s.\\nWithout the one box %s counts <<%d-%d=%d>>%d %s.\\n#### %d", a, b, a, b, a * b, a * b, t, c, a * b, c, a * b + c, a * b + c, t, w, a * b + c, a, a * b + c - a, a * b + c - a, t, a * b + c - a)
      line = sprintf("{\"question\": \"%s\", \"solution\": \"%s\"}", q, s); print line; bytes += length(line) + 1 } }' >"$2"
}
measured() {  # measured NAME INPUT COMMAND…: prints a line of times
  /usr/bin/python3 - "$WORK/times" "$@" <<'P'
import os, resource, subprocess, sys, time
times, name, size, command = sys.argv[1], sys.argv[2], os.path.getsize(sys.argv[3]) / 1e6, sys.argv[4:]
start = time.monotonic()
done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
wall = time.monotonic() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode: sys.exit(done.stderr)
cpu = used.ru_utime + used.ru_stime
print(f"{name:18s} wall {wall:7.2f} s {size / wall:7.1f} MB/s   processor {cpu:7.2f} s {size / cpu:7.1f} MB/s   {used.ru_maxrss / 1024:6.0f} MiB", flush=True)
open(times, "a").write(f"{name}\t{size}\t{wall}\t{cpu}\n")
P
}
prep() {  # prep NAME "LAUNCHER…" INPUT OPTION…
  local name=$1 launcher=$2 input=$3; shift 3
  rm -rf "${WORK:?}/$name"
  # shellcheck disable=SC2086
  measured "$name" "$input" $launcher "$BIN/srl_prep" --threads 1 --input "$input" --output "$WORK/$name" "$@"
}
generate "$SIZE" "$WORK/in.jsonl"
generate "$((3 * SIZE))" "$WORK/long.jsonl"   # longer, so that the start of two processes matters little
for ((round = 0; round < ROUNDS; ++round)); do
  prep all_checks "" "$WORK/in.jsonl"
  prep without_hold_out "" "$WORK/in.jsonl" --holdout.questions 0
  rm -rf "$WORK/peer"
  measured python "$WORK/in.jsonl" /usr/bin/python3 "$HERE/peers/prep_peer.py" "$WORK/in.jsonl" "$WORK/peer" 0
  rm -rf "$WORK/peer"
  prep one_rank "mpirun --bind-to none -n 1" "$WORK/long.jsonl"
  prep two_ranks "mpirun --bind-to none -n 2" "$WORK/long.jsonl"
  diff -r "$WORK/one_rank" "$WORK/two_ranks" >/dev/null || { echo "prep_bench.sh: 1 rank and 2 ranks wrote different files" >&2; exit 1; }
done
/usr/bin/python3 - "$WORK/times" <<'P'
import statistics, sys
runs = {}
for line in open(sys.argv[1]):
    name, size, wall, cpu = line.rstrip("\n").split("\t")
    runs.setdefault(name, []).append((float(size), float(wall), float(cpu)))
def show(what, values): print(f"{what}: {statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")
show("MB/s of processor time, all default checks", [size / cpu for size, _, cpu in runs["all_checks"]])
show("Python / srl_prep, processor time, both without hold-out and near-duplicate search", [p[2] / s[2] for p, s in zip(runs["python"], runs["without_hold_out"])])
show("1 rank / 2 ranks, wall time", [one[1] / two[1] for one, two in zip(runs["one_rank"], runs["two_ranks"])])
P
rm -rf "${WORK:?}"/*
if ((MEMORY)); then
  generate "$MEMORY" "$BIG/in.jsonl"
  mkdir "$BIG/status"
  mpirun --bind-to none -n 2 bash -c '"$0" "$@" & pid=$!; while kill -0 $pid 2>/dev/null; do grep VmHWM /proc/$pid/status >"'"$BIG"'/status/$OMPI_COMM_WORLD_RANK.new" 2>/dev/null && mv "'"$BIG"'/status/$OMPI_COMM_WORLD_RANK.new" "'"$BIG"'/status/$OMPI_COMM_WORLD_RANK"; sleep 0.2; done; wait $pid' \
    "$BIN/srl_prep" --threads 1 --input "$BIG/in.jsonl" --output "$WORK/big"
  for rank in 0 1; do echo "rank $rank of 2, $MEMORY MB: $(cat "$BIG/status/$rank")"; done
fi
