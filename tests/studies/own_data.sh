#!/usr/bin/env bash
# studies/own_data.sh with the miniature's base at small sizes: it prints each command, resumes after an interruption, says that
# SRL learned the steps of a problem, and that it learned nothing where the steps are shuffled over all problems.
#   own_data.sh BUILD_FOLDER
set -euo pipefail
BIN=$(cd "$1" && pwd)/bin SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_own_data.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; tail -n 20 "$WORK/log" >&2; exit 1; }
export SRL_BIN=$BIN
own() { "$SOURCE/studies/own_data.sh" "$@" >"$WORK/log" 2>&1 </dev/null; }
base=$SOURCE/studies/miniature/base

# Refused before anything is made.
refused() {  # refused EXIT_CODE TEXT ARGUMENTS…
  local code=0 wanted=$1 text=$2
  shift 2
  own "$@" || code=$?
  [[ $code == "$wanted" ]] && grep -qF -e "$text" "$WORK/log" || fail "$*: exit code $code instead of $wanted, or another message than '$text'"
}
refused 2 'FILE MODEL'
refused 2 'unknown option --hour' "$base/config.json" "$base" --hour 1
refused 2 '--hours soon: it is a number' "$base/config.json" "$base" --hours soon
refused 1 'nowhere.jsonl: there is no such file' "$WORK/nowhere.jsonl" "$base"
refused 1 'download it first (docs/models.md)' "$base/config.json" HuggingFaceTB/SmolLM2-135M-Instruct --output "$WORK/none"
[[ ! -e $WORK/none ]] || fail "a refused start made its folder"

"$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 60 --synthetic.validation 1 --synthetic.test 1 --seed 1 --output "$WORK/chain" 2>"$WORK/log" || fail "no problems"
cp "$WORK/chain/solutions.jsonl" "$WORK/steps.jsonl"
python3 - "$WORK/steps.jsonl" "$WORK/shuffled.jsonl" <<'PYTHON'
import json, random, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
steps = [step.split(". ", 1)[1] for row in rows for step in row["solution"].split("\n")]
random.Random(1).shuffle(steps)
for row in rows:
    count = row["solution"].count("\n") + 1
    row["solution"] = "\n".join(f"{k + 1}. {steps.pop()}" for k in range(count))
with open(sys.argv[2], "w") as file:
    file.writelines(json.dumps(row) + "\n" for row in rows)
PYTHON

# The sizes that the driver would choose by memory and time.
sizes() {  # sizes FOLDER PROMPTS UPDATES
  mkdir -p "$1"
  cat >"$1/sizes.sh" <<SIZES
tokens=64 rate=3e-4 ranks=2 prompts=$2 updates=$3
srl_sizes=(--sampling.max_new_tokens 64 --training.learning_rate 3e-4 --training.prompts_per_update $2)
format_sizes=(--sampling.max_new_tokens 64 --training.learning_rate 2e-5)
SIZES
}
sizes "$WORK/own" 8 30

# An interruption while SRL runs: TERM reaches all its processes, as with Ctrl-C.
set -m
own "$WORK/steps.jsonl" "$base" --output "$WORK/own" &
pid=$!
set +m
until [[ -f $WORK/own/srl/metrics.jsonl && $(wc -l <"$WORK/own/srl/metrics.jsonl") -ge 2 ]]; do
  kill -0 "$pid" 2>/dev/null || fail "it ended before SRL began"
  sleep 0.05
done
kill -TERM -- "-$pid"
if wait "$pid"; then fail "an interrupted start succeeded"; fi
before=$(wc -l <"$WORK/own/commands.sh")
own "$WORK/steps.jsonl" "$base" --output "$WORK/own" || fail "the second start failed"
grep -q 'resumed from' "$WORK/log" || fail "SRL did not resume"
! grep -q '^\$ .*srl_prep ' "$WORK/log" || fail "the second start prepared the data again"
grep -qE '^result: SRL raised the mean reward: 0\.9[0-9]* \(first 10 updates\) -> 0\.9' "$WORK/log" || fail "it does not say that SRL learned"
grep -q "^the similarity to the expert's steps rose" "$WORK/log" || fail "it does not say that the steps were learned"
grep -q '6 held-out questions decide nothing' "$WORK/log" || fail "it does not say that few held-out questions decide nothing"
grep -q 'held-out questions decide nothing' "$WORK/own/report.html" || fail "the page does not say so"

# Each step was printed as a command, and the printed commands run as they are.
for command in 'srl_prep guess' 'srl_prep --input' 'srl_eval --model' 'srl_train --config' 'srl_report --before'; do
  grep -qF "$command" "$WORK/own/commands.sh" || fail "$command is not among the printed commands"
done
[[ $(wc -l <"$WORK/own/commands.sh") -gt $before ]] || fail "the second start printed no command"
! grep -q 'srl_train.*format' "$WORK/own/commands.sh" || fail "a model that writes the format was taught it"
bash <(sed -n '1,2p' "$WORK/own/commands.sh"; grep srl_report "$WORK/own/commands.sh") >"$WORK/again" 2>"$WORK/log" || fail "a printed command fails"
cmp "$WORK/again" "$WORK/own/report.txt" || fail "a printed command gives something else"

# A third start only writes the report. Another file is refused.
own "$WORK/steps.jsonl" "$base" --output "$WORK/own" || fail "the third start failed"
[[ $(grep -c '^\$ ' "$WORK/log") -eq 1 ]] || fail "the third start did more than the report"
refused 1 'was made from another file or model' "$WORK/shuffled.jsonl" "$base" --output "$WORK/own"

# Steps of other problems: nothing can be learned from them.
sizes "$WORK/unlearnable" 8 20
own "$WORK/shuffled.jsonl" "$base" --output "$WORK/unlearnable" || fail "the run on shuffled steps failed"
grep -q '^result: SRL learned nothing: the mean reward of the last 10 updates' "$WORK/log" || fail "it does not say that nothing was learned"
grep -q 'nothing was learned' "$WORK/unlearnable/report.html" || fail "the page does not say that nothing was learned"

# A random model does not write the format: it is taught, as long as is allowed, and the end says that no step was learned.
"$BIN/srl_model" init --architecture mini --words "$SOURCE/studies/miniature/words.json" --output "$WORK/random" 2>"$WORK/log" || fail "no model"
sizes "$WORK/taught" 2 20
own "$WORK/steps.jsonl" "$WORK/random" --output "$WORK/taught" || true   # without any kept group SRL fails
grep -q 'format SFT, 48 updates' "$WORK/log" || fail "the format was not taught again"
grep -qE '^result: SRL learned nothing|learned nothing about the steps|kept no group' "$WORK/log" || fail "it does not say that no step was learned"

# As a chain of jobs.
own "$WORK/steps.jsonl" "$base" --output "$WORK/chain_of_jobs" --slurm --dry_run || fail "--slurm"
for script in srl_check srl_sft srl_train srl_eval srl_report; do grep -q "sbatch .*/$script.sh" "$WORK/log" || fail "$script is not in the chain"; done
echo "own data: printed, resumed, learned, and not learned from shuffled steps"
