# SmolLM2-135M: model -> shards -> format SFT -> SRL -> evaluation before and after -> table. Words: [RANKS] (default 2).
ranks=${1:-$ranks}
source "$SRL_ROOT/slurm/example.sh"
SRL_BIN=$SRL_BIN "$SRL_ROOT/env/fetch_smollm2.sh" "$EXAMPLE_MODEL" || die "no model"
[[ -f $EXAMPLE/data/manifest.json ]] || ranked "$SRL_BIN/srl_prep" "${example_prep[@]}" || die "srl_prep failed"
train "$EXAMPLE/format" "${example_format[@]}"
train "$EXAMPLE/srl" "${example_srl[@]}"
for name in format srl; do
  example_eval "$EXAMPLE/$name/export" "$name"
  ranked "$SRL_BIN/srl_eval" "${eval_words[@]}" || die "evaluation failed"
  [[ $(status_field "$EXAMPLE/results/$name/STATUS_00000" state) == finished ]] || die "evaluation was interrupted and saved; run this script again to go on"
done
"$SRL_BIN/srl_report" "$EXAMPLE/results" || die "report failed"
say "look at: $EXAMPLE/srl/samples.jsonl (what the policy wrote), $EXAMPLE/srl/metrics.jsonl (a line an update)"
say "next: docs/first-run.md runs real data; docs/cluster.md submits this chain to Slurm"
