#!/usr/bin/env bash
# SmolLM2-135M on this machine: model -> shards -> format SFT -> SRL -> evaluation before and after -> table.
# If it is interrupted, run it again to resume.
#   studies/smollm2/run.sh [RANKS]   (default 2)
study=$(cd "$(dirname "$0")" && pwd)
source "$study/../common.sh"
ranks=${1:-$ranks}
output=${SRL_EXAMPLE:-$SRL_ROOT/runs/smollm2} model=${SRL_MODEL:-$SRL_ROOT/models/SmolLM2-135M-Instruct} example=$SRL_ROOT/data_prep/example

train() {  # train RUN OPTIONS… : one run; a finished one is skipped
  local run=$1; shift
  finished "$run" && { say "$run is finished already"; return 0; }
  ranked "$SRL_BIN/srl_train" "$@" --run "$run" --resume auto || die "training failed; see $run/log.txt"
  finished "$run" || die "training was interrupted and saved; run this script again to resume"
}

check_machine
SRL_BIN=$SRL_BIN "$SRL_ROOT/env/fetch_smollm2.sh" "$model" || die "the model cannot be fetched; see the messages above"
[[ -f $output/data/manifest.json ]] ||
  ranked "$SRL_BIN/srl_prep" --input "$example/expert_solutions.jsonl" --output "$output/data" --holdout.questions 8 || die "srl_prep failed"
train "$output/format" --config "$study/format.ini" --data "$output/data" --model "$model"
train "$output/srl" --config "$study/srl.ini" --data "$output/data" --model "$output/format/export"
for name in format srl; do
  ranked "$SRL_BIN/srl_eval" --model "$output/$name/export" --input "$example/benchmark.jsonl" --output "$output/results/$name" \
    --sampling.greedy on --sampling.max_new_tokens 160 || die "evaluation failed"
  finished "$output/results/$name/STATUS_00000" || die "evaluation was interrupted and saved; run this script again to resume"
done
"$SRL_BIN/srl_report" "$output/results" || die "report failed"
say "look at: $output/srl/samples.jsonl (what the policy wrote), $output/srl/metrics.jsonl (one line per update)"
say "next: docs/first-run.md runs real data; docs/cluster.md submits jobs to Slurm"
