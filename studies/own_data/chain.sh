# own_data.sh --slurm, sourced by it: prepares the data here, and submits the rest as a chain of jobs (docs/cluster.md,
# "A whole experiment"). A chain cannot look at a model before it decides, so the format SFT is always part of it.
write_chain() {
  local stage minutes
  minutes=$(awk -v hours="$hours" 'BEGIN { print int(60 * hours + 10) }')
  printf '[experiment]\nname = %s\nfolder = "%s"\nmodel = "%s"\ndata = "%s"\n' "$(basename "$output")" "$output" "$model" "$output/data"
  for stage in sft srl; do
    printf '[%s]\nsbatch.time = %d\nsampling.max_new_tokens = %d\n' "$stage" "$minutes" "$tokens"
    if [[ $stage == sft ]]; then printf 'config = "%s"\ntraining.updates = 32\ntraining.learning_rate = 2e-5\n' "$study/format.ini"
    else printf 'config = "%s"\ntraining.updates = 60\ntraining.prompts_per_update = 8\ntraining.learning_rate = %s\n' "$study/srl.ini" "$rate"; fi
  done
  printf '[eval]\nrows = sft srl\ndata = "%s"\nlimit = 300\nevaluation.view = step\ninstance.max_prompt_tokens = 2048\nsampling.greedy = on\nsampling.max_new_tokens = %d\n' "$output/data" "$tokens"
  printf '[report]\nbefore = "%s"\nafter = "%s"\nrun = "%s" "%s"\nhtml = "%s"\n' "$output/results/sft" "$output/results/srl" "$output/srl" "$output/sft" "$output/report.html"
}

submit_chain() {
  local options=()
  prepare
  choose_lengths
  if [[ -f $output/chain.ini ]]; then
    say "$output/chain.ini is used as it is; delete it to have it written again"
  else
    write_chain >"$output/chain.ini" || die "$output/chain.ini cannot be written"
  fi
  ((!dry_run)) || options=(--dry_run)
  step 'the chain' run_shown "$SRL_ROOT/slurm/pipeline.sh" "$output/chain.ini" "${options[@]}" || die "the chain was not submitted; see above"
  ((dry_run)) || say "the page will be $output/report.html"
}
