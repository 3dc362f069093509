#!/usr/bin/env bash
# Schedules count what is trained. Draws that are too long are skipped, so an epoch has fewer updates, and the
# learning rate's schedule ends with the run. The log, the first metrics line and --dry_run say what is too long.
# A run whose filter keeps no group in many updates in a row fails, with counts.
source "$(dirname "$0")/shared/common.sh"
SFT=("${SRL[@]}" --signal.kind likelihood --training.lr_schedule cosine --training.warmup_ratio 0.3 --training.updates 0 --training.epochs 2
  --training.learning_rate 0.001 --checkpoint.every_updates 0)
# schedule RUN RANKS: checks a finished run against an independent count of its metrics.
schedule() {
  python3 - "$1" <<'PYTHON'
import json, math, re, sys
run = sys.argv[1]
lines = [json.loads(line) for line in open(run + "/metrics.jsonl")]
log = open(run + ".log").read()
planned = int(re.search(r" (\d+) updates", log)[1])
rates, warm = [line["learning_rate"] for line in lines], math.ceil(0.3 * planned)
assert planned == len(lines), f"{planned} updates planned, {len(lines)} made"
for update, rate in enumerate(rates, 1):
    right = update / warm if update <= warm else 0.5 * (1 + math.cos(math.pi * (update - 1 - warm) / (planned - warm)))
    assert abs(rate - 0.001 * right) < 1e-12, f"update {update} of {planned}: rate {rate}"
first = lines[0]["too_long"]
assert all("too_long" not in line for line in lines[1:])
too_long = first["prompts"] + first["completions"]
assert 0 < too_long < first["instances"], first
# Two epochs draw every instance twice: each is trained on or skipped. The last batch may need a few draws more.
skipped, epochs = sum(line["prompts_too_long"] for line in lines), lines[-1]["position"] / first["instances"]
assert abs(skipped - epochs * too_long) <= first["instances"] * 0.1 + 1, (skipped, epochs, first)
assert planned == math.ceil(2 * (first["instances"] - too_long) / 3), (planned, first)
assert f"{too_long} of {first['instances']} training instances" in log, log
print(f"{too_long} of {first['instances']} too long, {planned} updates")
PYTHON
}
"$BIN/srl_train" "${SFT[@]}" --sampling.max_new_tokens 70 --run "$WORK/one" 2>"$WORK/one.log" || fail "$(tail -5 "$WORK/one.log")"
schedule "$WORK/one" || fail "a wrong schedule: $(head -3 "$WORK/one.log")"
ranks 2 "$BIN/srl_train" "${SFT[@]}" --sampling.max_new_tokens 70 --run "$WORK/two" 2>"$WORK/two.log" || fail "$(tail -5 "$WORK/two.log")"
schedule "$WORK/two" || fail "a wrong schedule on two ranks"
"$BIN/srl_train" "${SFT[@]}" --sampling.max_new_tokens 70 --dry_run >"$WORK/dry" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
grep -qF "$(grep -o 'too long, never trained on: .*' "$WORK/one.log")" "$WORK/dry" || fail "--dry_run does not say what is too long: $(cat "$WORK/dry")"
grep -qx "updates of the run: $(updates_of "$WORK/one")" "$WORK/dry" || fail "--dry_run has other updates than the run: $(cat "$WORK/dry")"

# The same with sampled groups. Nothing is filtered, so each update takes three draws that fit.
RL=("${SRL[@]}" --training.updates 0 --training.epochs 0.2 --sampling.max_new_tokens 4 --training.lr_schedule cosine --checkpoint.every_updates 0)
"$BIN/srl_train" "${RL[@]}" --instance.max_prompt_tokens 230 --run "$WORK/rl" 2>"$WORK/rl.log" || fail "$(tail -5 "$WORK/rl.log")"
planned=$(grep -o '[0-9]* updates' "$WORK/rl.log" | head -n 1)
[[ ${planned% *} -eq $(updates_of "$WORK/rl") ]] || fail "$planned planned, $(updates_of "$WORK/rl") made"
grep -q '"too_long":{"instances":[0-9]*,"prompts":[1-9]' "$WORK/rl/metrics.jsonl" || fail "no too long prompts: $(head -n 1 "$WORK/rl/metrics.jsonl")"

# Nothing fits: refused at the start.
if "$BIN/srl_train" "${SFT[@]}" --sampling.max_new_tokens 2 --run "$WORK/none" 2>"$WORK/log"; then fail "a run without any text that fits was started"; fi
grep -q 'none of the [0-9]* training instances fits' "$WORK/log" || fail "$(cat "$WORK/log")"

# Some draws ask for the whole solution, which is too long more often than one step.
"$BIN/srl_train" "${SFT[@]}" --training.whole_share 0.5 --sampling.max_new_tokens 120 --run "$WORK/whole" 2>"$WORK/whole.log" || fail "$(tail -5 "$WORK/whole.log")"
planned=$(grep -o '[0-9]* updates' "$WORK/whole.log" | head -n 1)
[[ ${planned% *} -eq $(updates_of "$WORK/whole") ]] || fail "with whole solutions: $planned planned, $(updates_of "$WORK/whole") made"
grep -q '[1-9][0-9]* whole solutions are too long as well' "$WORK/whole.log" || fail "no count of whole solutions: $(grep 'too long' "$WORK/whole.log")"

# All completions of the random model have the reward -1, so no group is kept. The count survives a resume.
EMPTY=("${SRL[@]}" --objective.filter_groups std --objective.max_sampling_rounds 2 --sampling.max_new_tokens 2)
learn() { local run=$1; shift; ranks 2 "$BIN/srl_train" "${EMPTY[@]}" --run "$WORK/$run" "$@" 2>"$WORK/$run.log"; }
fails_after() {  # fails_after RUN UPDATES GROUPS: the run has failed after UPDATES updates with GROUPS groups
  status_is "$WORK/$1" failed
  [[ $(updates_of "$WORK/$1") -eq $2 ]] || fail "$1: $(updates_of "$WORK/$1") updates instead of $2"
  grep -q "of $3 sampled groups none has rewards that differ ($(($3 * 4)) completions, 0 with right format, .* mean reward -1.000)" "$WORK/$1.log" ||
    fail "$1: the counts are missing: $(tail -3 "$WORK/$1.log")"
}
if learn default --training.updates 20; then fail "a run without any kept group succeeded"; fi
fails_after default 10 60
# samples.jsonl shows what was sampled and why no group was used: 8 completions of each update.
[[ $(grep -c '"format_error":"[a-z_]*","text":".*"dropped":"equal_rewards"}$' "$WORK/default/samples.jsonl") -eq 80 ]] ||
  fail "samples.jsonl does not show the dropped groups: $(tail -n 2 "$WORK/default/samples.jsonl")"
learn few --training.updates 2 --training.samples_kept 3 || fail "$(tail -3 "$WORK/few.log")"
[[ $(wc -l <"$WORK/few/samples.jsonl") -eq 6 ]] || fail "training.samples_kept = 3 kept $(wc -l <"$WORK/few/samples.jsonl") samples of 2 updates"
if learn three --training.updates 20 --training.max_empty_updates 3; then fail "max_empty_updates = 3 was ignored"; fi
fails_after three 3 18
learn resumed --training.updates 2 --training.max_empty_updates 3 || fail "$(tail -3 "$WORK/resumed.log")"
status_is "$WORK/resumed" finished
if learn resumed --training.updates 20 --training.max_empty_updates 3; then fail "the count did not survive the resume"; fi
fails_after resumed 3 18
learn never --training.updates 12 --training.max_empty_updates 0 || fail "$(tail -3 "$WORK/never.log")"
status_is "$WORK/never" finished
