# The short form of the miniature, sourced by run.sh: the stored base -> SRL -> evaluation of both -> report.
MINI_LIMIT=${SRL_MINI_LIMIT:-50}
mini_ranked="mpirun --bind-to none -n $ranks"
mini_data || die "the data cannot be made; see the messages above"
say "SRL: 150 updates of 128 rollouts; exact = share of held-out steps that equal the expert step"
mini_train srl 1 "$MINI_BASE" 150 || die "training failed or was interrupted; run this script again to resume"
for row in base srl; do
  mini_evaluate "$row" 1 "$(mini_model "$row" 1 "$MINI_BASE")" || die "evaluation failed"
done
"$SRL_BIN/srl_report" --run "$MINI/runs/srl/1" --picture "$MINI/result.svg" || die "report failed"
"$SRL_BIN/srl_report" --study "$MINI" --study.rows base srl || die "report failed"
say "look at: $MINI/runs/srl/1/samples.jsonl (what the policy wrote), $MINI/runs/srl/1/metrics.jsonl (one line per update), $MINI/result.svg (its curves)"
say "next: studies/miniature/run.sh table (the whole comparison, docs/reproduction.md); studies/smollm2/run.sh (a real model)"
