#!/usr/bin/env bash
# Training on GPUs, which are emulated here, ends with one message and a true STATUS when a collective, a rank or
# memory fails, and refuses what cannot work.
#   gpu_faults.sh BUILD_FOLDER
source "$(dirname "$0")/shared/common.sh"
grep -q '^SRL_DEVICE:.*=emulated' "$BUILD/CMakeCache.txt" || { echo "skipped: this build has no emulated GPUs"; exit 77; }
SMALL=(--instance.max_prompt_tokens 300 --training.prompts_per_update 1 --sampling.max_new_tokens 6 --rollout.kv_cache_bytes 4M)

# What cannot work ends at once with one message that says what to do.
refused() {  # refused CODE TEXT RANKS ARGUMENTS…
  local code=0 wanted=$1 text=$2 n=$3; shift 3
  ranks "$n" "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" --training.updates 1 --run "$WORK/refused" "$@" 2>"$WORK/refused.log" || code=$?
  ((code == wanted)) || fail "$*: exit code $code: $(cat "$WORK/refused.log")"
  (($(grep -c "error: .*$text" "$WORK/refused.log") == 1)) || fail "$*: not one message with '$text': $(cat "$WORK/refused.log")"
}
SRL_EMULATED_GPUS=1 refused 2 'each rank needs its own GPU; start fewer ranks per node' 2 --device cuda
SRL_EMULATED_GPUS=0 refused 2 'no GPU is visible' 1 --device cuda
SRL_EMULATED_DRIVER=0 refused 2 'this node has no NVIDIA driver' 1 --device cuda
SRL_EMULATED_DRIVER=12040 refused 2 'driver supports CUDA 12.4, but this build needs 13.0; ask for a newer driver' 1 --device cuda
refused 2 'dtype = fp64 is computed on a CPU' 1 --device cuda --dtype fp64 --training.replay "$WORK/data"
refused 2 'dtype = bf16 needs a GPU' 1 --device cpu --dtype bf16
SRL_EMULATED_MEMORY=8M refused 1 'lower training.max_tokens_per_pack' 1 --device cuda
BIN=$BIN/none refused 2 'this build has no CUDA' 1 --device cuda
echo "wrong use ends with one message"

# Faults in the middle of a collective between GPUs, in the third update. The next start continues from the checkpoint.
start() {  # start NAME ARGUMENTS…: two ranks that save after each update; the exit code is in $code
  local name=$1; shift
  code=0 SECONDS=0
  ranks 2 "$BIN/srl_train" "${SRL[@]}" "${SMALL[@]}" --device cuda --training.updates 3 --checkpoint.every_updates 1 \
    --comm.watchdog_seconds 20 --run "$WORK/$name" "$@" 2>"$WORK/$name.log" || code=$?
}
start undisturbed
((code == 0)) || fail "an undisturbed run: $(tail -n 20 "$WORK/undisturbed.log")"
fault() {  # fault KIND CODE TEXT: rank 1 has this fault in its collective 20
  SRL_EMULATED_COLLECTIVE_FAULT=1:20:$1 start "$1"
  ((code == $2)) || fail "$1 in a collective: exit code $code: $(tail -n 20 "$WORK/$1.log")"
  # The watchdog's limit, its grace, and time for two updates on a slow machine: far below the limit of a hang.
  ((SECONDS < 240)) || fail "$1 in a collective: the end took $SECONDS s: $(tail -n 20 "$WORK/$1.log")"
  grep -q "$3" "$WORK/$1.log" || fail "$1 in a collective: no message '$3': $(tail -n 20 "$WORK/$1.log")"
  grep -qx 'update=2' "$WORK/$1/STATUS" || fail "$1 in a collective: $(cat "$WORK/$1/STATUS")"
}
fault error 3 'error: watchdog: rank 1 on .*: collective 20 between the emulated GPUs failed'
grep -q '^reason=watchdog: rank 1 on .* collective 20' "$WORK/error/STATUS" || fail "error: $(cat "$WORK/error/STATUS")"
status_is "$WORK/error" failed
fault stop 3 'rank 1 on .* MISSING, no heartbeat'
status_is "$WORK/stop" failed
fault kill 137 'signal 9'   # the launcher ends the other rank at once, so only the batch script can write `failed`
status_is "$WORK/kill" running
for name in error stop kill; do
  start "$name"
  ((code == 0)) || fail "the start after $name: $(tail -n 20 "$WORK/$name.log")"
  grep -q 'resumed from .*update_000002' "$WORK/$name.log" || fail "the start after $name did not resume: $(cat "$WORK/$name.log")"
  same_model "$WORK/undisturbed" "$WORK/$name"
done
echo "a failed collective, a stopped and a killed rank end the job in time; later starts lose nothing"
