# Sourced by the script tests: a scratch folder, ranks, a tiny model and shards.
set -euo pipefail
BUILD=$(cd "$1" && pwd) SOURCE=$(cd "$(dirname "$0")/../.." && pwd) BIN=$(cd "$1" && pwd)/bin
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_training.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
set -a; source "$SOURCE/env/one_machine.env"; set +a
ranks() { local n=$1; shift; timeout 200 "${MPIEXEC:-mpirun}" -n "$n" "$@"; }
fail() { echo "FAIL: $*" >&2; exit 1; }
status_is() { grep -qx "state=$2" "$1/STATUS" || fail "$1: STATUS is not $2: $(cat "$1/STATUS")"; }
updates_of() { local n=0; [[ -f $1/metrics.jsonl ]] && n=$(wc -l <"$1/metrics.jsonl"); echo "$n"; }
wait_updates() {  # wait_updates RUN N
  for ((t = 0; t < 600; t++)); do (($(updates_of "$1") >= $2)) && return 0; sleep 0.1; done
  fail "$1 does not get to update $2"
}
wait_checkpoint() {  # wait_checkpoint RUN N: the checkpoint of update N is complete
  for ((t = 0; t < 600; t++)); do [[ -e $1/checkpoints/update_$(printf %06d "$2")/COMPLETE ]] && return 0; sleep 0.1; done
  fail "$1 has no checkpoint of update $2"
}
same_model() { cmp "$1/export/model.safetensors" "$2/export/model.safetensors" || fail "$1 and $2 ended with different weights"; }
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --output "$WORK/model" 2>"$WORK/init.log" || fail "$(cat "$WORK/init.log")"
"$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --output "$WORK/data" --holdout.questions 4 2>"$WORK/prep.log" || fail "$(cat "$WORK/prep.log")"
# A random model's rewards all agree: without the filter every group is kept.
SRL=(--data "$WORK/data" --model "$WORK/model" --threads 1 --instance.chat_template chatml --instance.max_prompt_tokens 900 --sampling.max_new_tokens 12
  --training.prompts_per_update 3 --training.group_size 4 --training.learning_rate 1e-3 --objective.filter_groups off --objective.on_truncated score --signal.kind exact
  --checkpoint.every_updates 2 --checkpoint.keep 3)
