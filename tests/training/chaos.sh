#!/usr/bin/env bash
# chaos.sh [BUILD] [KILLS=20] [SEED=1]: kills 1 to 3 of 3 ranks with -9, TERM or USR1 in every phase of a run, on
# slow disks, and resumes each time. Nothing may be lost but what the last complete checkpoint does not have:
# shared/chaos.py says what is checked. The same seed chooses the same kills. Use KILLS=200 for a long check:
# at least 15 kills are then made in each phase.
if [[ ${1:-} =~ ^[0-9]*$ ]]; then set -- "$(dirname "$0")/../../build/cpu-release" "$@"; fi
KILLS=${2:-20} SEED=${3:-1}
source "$(dirname "$0")/shared/common.sh"
RUN=("${SRL[@]}" --sampling.max_new_tokens 60 --training.updates 5 --checkpoint.every_updates 1 --validation.every_updates 2
  --validation.questions 2 --comm.watchdog_seconds 60)
printf '%s\0' "$BIN/srl_train" "${RUN[@]}" | python3 -u "$(dirname "$0")/shared/chaos.py" "$WORK" "$BUILD/tests/libslow_disk.so" "$KILLS" "$SEED" ||
  fail "seed $SEED: see above"
