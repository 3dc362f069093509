# SmolLM2-135M: model -> shards -> format SFT -> SRL -> evaluation before and after -> table. Words: [RANKS] (default 2).
ranks=${1:-$ranks}
example=${SRL_EXAMPLE:-$SRL_ROOT/runs/smollm2} model=${SRL_MODEL:-$SRL_ROOT/models/SmolLM2-135M-Instruct} presets=$SRL_ROOT/jobs/presets
SRL_BIN=$SRL_BIN "$SRL_ROOT/env/fetch_smollm2.sh" "$model" || die "no model"
[[ -f $example/data/manifest.json ]] ||
  ranked "$SRL_BIN/srl_prep" --input "$SRL_ROOT/data_prep/example/expert_solutions.jsonl" --output "$example/data" --holdout.questions 8 || die "srl_prep failed"
train "$example/format" --config "$presets/first_light_format.ini" --data "$example/data" --model "$model"
train "$example/srl" --config "$presets/first_light_srl.ini" --data "$example/data" --model "$example/format/export"
for name in format srl; do
  ranked "$SRL_BIN/srl_eval" --model "$example/$name/export" --input "$SRL_ROOT/data_prep/example/benchmark.jsonl" --output "$example/results/$name" \
    --sampling.greedy on --sampling.max_new_tokens 160 || die "evaluation failed"
  finished "$example/results/$name/STATUS_00000" || die "evaluation was interrupted and saved; run this script again to go on"
done
"$SRL_BIN/srl_report" "$example/results" || die "report failed"
say "look at: $example/srl/samples.jsonl (what the policy wrote), $example/srl/metrics.jsonl (a line an update)"
say "next: docs/first-run.md runs real data; docs/cluster.md submits jobs to Slurm"
