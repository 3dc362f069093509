#!/usr/bin/env bash
# SmolLM2-135M on this machine: model -> shards -> format SFT -> held-out steps -> SRL -> the same steps again -> report page.
# Each step is printed as the command that it runs. If it is interrupted, run it again to resume.
#   studies/smollm2/run.sh [RANKS]   (default 2)
study=$(cd "$(dirname "$0")" && pwd)
source "$study/../common.sh"
# shellcheck disable=SC2034
ranks=${1:-$ranks} tokens=96   # of a completion; steps.sh reads them
output=${SRL_EXAMPLE:-$SRL_ROOT/runs/smollm2} model=${SRL_MODEL:-$SRL_ROOT/models/SmolLM2-135M-Instruct}
mkdir -p "$output" || die "$output cannot be made"
# shellcheck source=/dev/null
for part in steps result; do source "$study/../own_data/$part.sh"; done
# Four samples per step, as in training: the greedy completions of 81 steps alone give intervals too wide to see a gain.
# shellcheck disable=SC2034
completions_of_steps=(--evaluation.samples 4)

check_machine
SRL_BIN=$SRL_BIN "$SRL_ROOT/env/fetch_smollm2.sh" "$model" || die "the model cannot be fetched; see the messages above"
# A third of the problems is held out: fewer give intervals too wide to see a gain.
[[ -f $output/data/manifest.json ]] ||
  step 'preparing the data' run_shown "$SRL_BIN/srl_prep" --input "$SRL_ROOT/data_prep/example/expert_solutions.jsonl" --output "$output/data" --holdout.questions 24 ||
  die "srl_prep failed"
# After 20 updates three of four sampled completions have the format: SRL has to teach the rest of it, and steps.
step 'format SFT' train format --config "$study/format.ini" --training.updates 20 --model "$model" || die "the format SFT did not finish; see $output/format/log.txt, and run this script again to resume"
evaluate before "$output/format/export"
step 'SRL' train srl --config "$study/srl.ini" --model "$output/format/export" || srl_ended
evaluate after "$output/srl/export"
write_report
echo "what this cannot show: right answers. A model of this size calculates badly, before and after: it learns which quantities a step joins, and how it is written"
say "next: studies/own_data.sh trains on your own problems; docs/first-run.md runs real data; docs/cluster.md submits jobs to Slurm"
