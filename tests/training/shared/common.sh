# Sourced by the script tests. Makes a scratch folder with a tiny model and shards, and defines helpers.
set -euo pipefail
BUILD=$(cd "$1" && pwd) SOURCE=$(cd "$(dirname "$0")/../.." && pwd) BIN=$(cd "$1" && pwd)/bin
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_training.XXXXXX")
# Ends endless runs after a failure. Only runs of this test have $WORK in their arguments.
end_jobs() { pkill -KILL -f -- "$WORK/" || true; }
trap 'end_jobs; rm -rf "$WORK"' EXIT
set -a; source "$SOURCE/env/one_machine.env"; set +a
# This limit only ends runs that hang. It is much longer than any run here takes.
HANG_SECONDS=1200
# The updates of a run that a test interrupts. It is so large that even a slow test interrupts the run before
# its end.
ENDLESS=1000000
ranks() { local n=$1; shift; timeout $HANG_SECONDS "${MPIEXEC:-mpirun}" -n "$n" "$@" </dev/null; }
fail() { echo "FAIL: $*" >&2; exit 1; }
status_is() { grep -qx "state=$2" "$1/STATUS" || fail "$1: STATUS is not $2: $(cat "$1/STATUS")"; }
updates_of() { local n=0; [[ -f $1/metrics.jsonl ]] && n=$(wc -l <"$1/metrics.jsonl"); echo "$n"; }
# wait_until PID COMMAND…: waits until COMMAND succeeds. Fails when process PID has ended and COMMAND still
# fails.
wait_until() {
  local pid=$1; shift
  until "$@"; do
    kill -0 "$pid" 2>/dev/null || { "$@"; return; }
    sleep 0.02
  done
}
has_updates() { (($(updates_of "$1") >= $2)); }
has_checkpoint() { [[ -e $1/checkpoints/update_$(printf %06d "$2")/COMPLETE ]]; }
wait_updates() { wait_until "$3" has_updates "$1" "$2" || fail "$1 ended before update $2: $(tail -5 "$1.log")"; }   # wait_updates RUN N PID
wait_checkpoint() {  # wait_checkpoint RUN N PID: waits until the checkpoint of update N is complete
  wait_until "$3" has_checkpoint "$1" "$2" || fail "$1 ended without a checkpoint of update $2: $(tail -5 "$1.log")"
}
# The last update of resumed runs and of the uninterrupted run: a few updates after the newest update of RUNS.
updates_after() { local most=0 n; for run in "$@"; do n=$(updates_of "$run"); ((n > most)) && most=$n; done; echo $((most + 5)); }
newest_checkpoint() { { ls -d "$1"/checkpoints/update_*/COMPLETE 2>/dev/null || true; } | tail -n 1 | sed 's|/COMPLETE$||'; }
same_model() { cmp "$1/export/model.safetensors" "$2/export/model.safetensors" || fail "$1 and $2 ended with different weights"; }
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --output "$WORK/model" 2>"$WORK/init.log" || fail "$(cat "$WORK/init.log")"
"$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output "$WORK/data" --holdout.questions 4 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
# The rewards of a random model are all equal. Without the filter, every group is kept. These options are in a file, so that
# a test gives its own on the command line.
cat >"$WORK/srl.ini" <<INI
data = "$WORK/data"
model = "$WORK/model"
threads = 1
[instance]
chat_template = chatml
max_prompt_tokens = 900
[sampling]
max_new_tokens = 12
[training]
prompts_per_update = 3
group_size = 4
learning_rate = 1e-3
[objective]
filter_groups = off
on_truncated = score
[signal]
kind = exact
[checkpoint]
every_updates = 2
keep = 3
[job]
; so long that TERM saves even on a slow disk
term_seconds = $HANG_SECONDS
INI
SRL=(--config "$WORK/srl.ini")
