#!/usr/bin/env bash
# srl_eval saves on USR1 to one rank: STATUS is saved, the exit code 0. The same command resumes on another
# number of ranks, and its records equal those of an uninterrupted run. TERM ends srl_eval as failed and keeps
# the records.
#   stop.sh BUILD_FOLDER
source "$(dirname "$0")/../training/shared/common.sh"   # makes $WORK/model
EVAL=(--model "$WORK/model" --input "$SOURCE/data_prep/example/benchmark.jsonl" --threads 1 --instance.chat_template chatml --seed 7
  --sampling.max_new_tokens 200 --sampling.min_new_tokens 200 --evaluation.samples 4 --evaluation.batch 1)
ANSWERS=$(($(wc -l <"$SOURCE/data_prep/example/benchmark.jsonl") * 4))
evaluate() { ranks "$1" "$BIN/srl_eval" "${EVAL[@]}" --output "$2" 2>>"$2.log"; }
answers_of() { local n=0; [[ -f $1/records_00000.jsonl ]] && n=$(wc -l <"$1/records_00000.jsonl"); echo "$n"; }
state_is() { grep -qx "state=$2" "$1/STATUS_00000" || fail "$1 is not $2: $(tr '\n' ' ' <"$1/STATUS_00000"); $(tail -3 "$1.log")"; }
same_records() {  # the same records, except for the seconds
  cmp <(sed -E 's/"seconds": *[-+.0-9e]+//' "$1/records_00000.jsonl" | sort) <(sed -E 's/"seconds": *[-+.0-9e]+//' "$2/records_00000.jsonl" | sort) ||
    fail "$1 and $2 have different records"
}
enough() { (($(answers_of "$1") >= 8)); }
# stopped_by SIGNAL FOLDER: runs two ranks, and signals one of them after the first records. Sets code.
# Repeats when the run finished before the signal.
stopped_by() {
  for ((try = 0; try < 50; try++)); do
    rm -rf "$2" "$2.log"
    evaluate 2 "$2" & local pid=$!
    wait_until $pid enough "$2" || fail "srl_eval ended without records: $(tail -3 "$2.log")"
    kill -"$1" "$(pgrep -f "^$BIN/srl_eval.*--output $2" | tail -n 1)" || true
    code=0
    wait $pid || code=$?
    grep -qx state=finished "$2/STATUS_00000" || break
  done
}

evaluate 2 "$WORK/straight" || fail "$(tail -5 "$WORK/straight.log")"
state_is "$WORK/straight" finished
(($(answers_of "$WORK/straight") == ANSWERS)) || fail "$(answers_of "$WORK/straight") records for $ANSWERS completions"

stopped_by USR1 "$WORK/saved"
((code == 0)) || fail "USR1 gave exit code $code: $(tail -5 "$WORK/saved.log")"
state_is "$WORK/saved" saved
grep -qx 'reason=USR1' "$WORK/saved/STATUS_00000" || fail "STATUS does not have reason=USR1: $(cat "$WORK/saved/STATUS_00000")"
before=$(answers_of "$WORK/saved")
((before >= 8 && before < ANSWERS)) || fail "$before of $ANSWERS completions were recorded at the time of USR1"
evaluate 3 "$WORK/saved" || fail "$(tail -5 "$WORK/saved.log")"
state_is "$WORK/saved" finished
grep -q "$before recorded before" "$WORK/saved.log" || fail "recorded completions were sampled again: $(tail -3 "$WORK/saved.log")"
same_records "$WORK/straight" "$WORK/saved"
echo "saved after $before of $ANSWERS completions, resumed on 3 ranks: the same records"

stopped_by TERM "$WORK/ended"
((code != 0)) || fail "TERM gave exit code 0"
state_is "$WORK/ended" failed
(($(answers_of "$WORK/ended") >= 8)) || fail "records from before TERM are missing"
evaluate 2 "$WORK/ended" || fail "$(tail -5 "$WORK/ended.log")"
state_is "$WORK/ended" finished
same_records "$WORK/straight" "$WORK/ended"
echo "ended by TERM, resumed: the same records"
