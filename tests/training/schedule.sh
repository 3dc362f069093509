#!/usr/bin/env bash
# Schedules count what is trained. Draws that are too long are skipped, so an epoch has fewer updates, and the
# learning rate's schedule ends with the run. The log, the first metrics line and --dry_run say what is too long.
source "$(dirname "$0")/common.sh"
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
