#!/usr/bin/env bash
# studies/own_data.sh --slurm on an emulated cluster, with the miniature's base: the chain trains and writes its page, a
# second start submits nothing, and after a loss only what is missing.   own_data.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 2 4
own() { (cd "$U" && as_user "$SOURCE/studies/own_data.sh" steps.jsonl "$SOURCE/studies/miniature/base" --output "$U/own" --slurm "$@") >"$U/output" 2>&1; }
job_of() { awk -F'\t' -v s="$1" '$1 == s { job = $2 } END { print job }' "$U/own/chain.tsv"; }
logs_of() { tail -n 15 "$U"/own/logs/*.log; }

"$BIN/srl_prep" generate --synthetic.problem chain --synthetic.training 60 --synthetic.validation 1 --synthetic.test 1 --seed 1 --output "$WORK/chain" 2>"$WORK/log" || fail "$(cat "$WORK/log")"
cp "$WORK/chain/solutions.jsonl" "$U/steps.jsonl"

# Before it submits: the file of the chain may be changed, and stays as it is.
own --dry_run || fail "dry run: $(cat "$U/output")"
[[ -f $U/own/data/manifest.json && ! -e $U/own/chain.tsv ]] || fail "the dry run prepared nothing, or submitted: $(cat "$U/output")"
[[ $(grep -c ' sbatch ' "$U/output") -ge 5 ]] || fail "the dry run does not print the sbatch lines: $(cat "$U/output")"
sed -i 's/^training.updates = .*/training.updates = 20/' "$U/own/chain.ini"
printf '[sbatch]\nmem-per-cpu = 1000M\n' >>"$U/own/chain.ini"
cp "$U/own/chain.ini" "$U/chain.ini"
own || fail "it was not submitted: $(cat "$U/output")"
cmp "$U/chain.ini" "$U/own/chain.ini" || fail "a changed chain.ini was written again"
grep -q "the page will be $U/own/report.html" "$U/output" || fail "it does not say where the page will be: $(cat "$U/output")"
wait_ended "$(job_of report)"
[[ -s $U/own/report.html ]] || fail "no page: $(cat "$U/output"; logs_of)"
status_is "$U/own/sft" finished
status_is "$U/own/srl" finished
[[ $(updates_of "$U/own/srl") -eq 20 ]] || fail "SRL had $(updates_of "$U/own/srl") updates"
evaluated() { grep -qsx state=finished "$U/own/results/$1/STATUS_00000" || fail "$1 was not evaluated: $(cat "$U/output"; logs_of)"; }
evaluated sft
evaluated srl
grep -q 'held-out questions\? decide' "$U/own/report.html" || fail "the page does not judge the number of held-out questions"
passed "the chain trained, evaluated and wrote its page"

submitted() { grep -oE '^ *[a-z:]+ +job [0-9]+' "$U/output" | awk '{ print $1 }' | sort | tr '\n' ' '; }
own || fail "the second start failed: $(cat "$U/output")"
[[ -z $(submitted) ]] || fail "a second start submitted: $(cat "$U/output")"
rm -r "$U/own/results/srl"
own || fail "the start after a loss failed: $(cat "$U/output")"
[[ $(submitted) == *eval:srl* && $(submitted) != *sft* && $(submitted) != 'srl '* && $(submitted) != *' srl '* ]] || fail "after the loss of an evaluation it submitted: $(cat "$U/output")"
wait_ended "$(job_of report)"
evaluated srl
passed "a second start submits only what is missing: $(submitted)"
