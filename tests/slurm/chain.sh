#!/usr/bin/env bash
# slurm/pipeline.sh and slurm/status.sh: a whole experiment with an array of 4 tasks, two at a time, gives the tables of
# the same commands without Slurm; run again it submits only what is missing; a mistake ends the chain with its first
# job.   chain.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 2 4
pipeline() { (cd "$U" && as_user "$SLURM/pipeline.sh" "$@"); }
status() { (cd "$U" && as_user "$SLURM/status.sh" "$@"); }
job_of() { awk -F'\t' -v s="$2" '$1 == s { job = $2 } END { print job }' "$U/$1/chain.tsv"; }

experiment() {  # experiment NAME UPDATES MORE
  cat >"$U/$1.ini" <<EOF
; a small experiment
[experiment]
model = "$WORK/model"
[sbatch]
mem-per-cpu = 1000M
[prep]
input = "$SOURCE/data_prep/example/expert_solutions.jsonl"
holdout.questions = 4
[sft]
signal.kind = likelihood
training.thought = none
training.updates = 3
training.prompts_per_update = 2
training.learning_rate = 1e-3
instance.chat_template = chatml
instance.think_prefill = off
instance.max_prompt_tokens = 900
sampling.max_new_tokens = 400
threads = 1
[srl]
training.updates = $2
training.prompts_per_update = 2
training.group_size = 2
training.learning_rate = 1e-3   ; a comment
instance.chat_template = chatml
instance.max_prompt_tokens = 900
sampling.max_new_tokens = 12
signal.kind = exact
objective.filter_groups = off
objective.on_truncated = score
threads = 1
sbatch.time = 20
[eval]
rows = base sft srl
array = 4%2
input = "$SOURCE/data_prep/example/benchmark.jsonl"
instance.chat_template = chatml
sampling.greedy = on
sampling.max_new_tokens = 8
threads = 1
$3
[report]
EOF
}

experiment mini 3 ''
pipeline mini.ini --dry_run >"$U/dry"
[[ $(grep -c ' sbatch ' "$U/dry") -eq 8 && ! -e $U/runs ]] || fail "dry run: $(cat "$U/dry")"
grep -q -- '--dependency=afterok:' "$U/dry" || fail "no dependencies: $(cat "$U/dry")"
pipeline mini.ini
status mini.ini
wait_ended "$(job_of runs/mini report)"
status >"$U/status"
[[ $(grep -c ' done' "$U/status") -eq 8 ]] || fail "not everything is done: $(cat "$U/status"; tail -n 20 "$U"/runs/mini/logs/*)"
grep -q 'srl .* done; update 3 of 3, .* s per update, reward' "$U/status" || fail "$(cat "$U/status")"
[[ $(grep -cE 'eval:.* done; tasks 4 of 4 finished, ([0-9]+) of \1 completions$' "$U/status") -eq 3 ]] || fail "$(cat "$U/status")"
passed "a whole chain: $(grep ' srl ' "$U/status" | tr -s ' ')"

# The same without Slurm.
local_train() { ranks 2 "$BIN/srl_train" "$@" >/dev/null 2>&1 || fail "local training"; }
L=$WORK/without_slurm   # after "model" in the alphabet, as runs/mini is: rows are sorted by model
ranks 2 "$BIN/srl_prep" --input "$SOURCE/data_prep/example/expert_solutions.jsonl" --holdout.questions 4 --output "$L/data" >/dev/null 2>&1
section() { sed -n "/^\[$1\]/,/^\[/p" "$U/mini.ini" | sed -n 's/ *;.*//; s/^\([a-z][a-z_.]*\) = \(.*\)/--\1 \2/p' | grep -v -e '--sbatch' -e '--rows' -e '--array' | tr -d '"' | tr '\n' ' '; }
# shellcheck disable=SC2046
local_train --data "$L/data" --model "$WORK/model" --run "$L/sft" $(section sft)
# shellcheck disable=SC2046
local_train --data "$L/data" --model "$L/sft/export" --run "$L/srl" $(section srl)
for row in base sft srl; do
  model=$L/$row/export
  [[ $row == base ]] && model=$WORK/model
  # shellcheck disable=SC2046
  ranks 1 "$BIN/srl_eval" --model "$model" --output "$L/results/$row" $(section eval) >/dev/null 2>&1 || fail "local evaluation"
done
cmp "$L/srl/export/model.safetensors" "$U/runs/mini/srl/export/model.safetensors" || fail "other weights than without Slurm"
same_tables() { diff <("$BIN/srl_report" "$L/results" | sed "s|$L/||g" | tr -s ' ') <(sed "s|runs/mini/||g" "$U/runs/mini/table.txt" | tr -s ' ') >"$U/difference" || fail "other tables: $(cat "$U/difference")"; }
same_tables
passed "weights and tables equal those of the chain without Slurm"

# Run again: nothing; after a loss, only what is missing.
pipeline mini.ini >"$U/again"
if grep -q ' job ' "$U/again"; then fail "something was submitted again: $(cat "$U/again")"; fi
rm "$U/runs/mini/results/srl/"{STATUS,records}_0000[13]*
pipeline mini.ini >"$U/again"
grep -q 'eval:srl *job' "$U/again" || fail "$(cat "$U/again")"
timeout 60 squeue --noheader --format '%i' >"$U/queue"
wait_ended "$(job_of runs/mini report)"
[[ $(find "$U/runs/mini/logs" -name "*_$(job_of runs/mini eval:srl)_*" | sed 's/.*_\(.*\).log/\1/' | sort | tr -d '\n') == 13 ]] || fail "not tasks 1 and 3: $(ls "$U/runs/mini/logs")"
same_tables
passed "run again, it submits only what is missing"

# A mistake anywhere ends the chain with its first job, and status.sh says why: an option of the last stage, a missing
# input of the first one, a missing file of options, a missing model of the evaluations.
experiment wrong 3 'sampling.temprature = 1'
experiment no_input 3 ''
sed -i 's|^input = .*solutions.jsonl"|input = nothing.jsonl|' "$U/no_input.ini"
experiment no_preset 3 ''
sed -i 's|^\[srl\]|[srl]\nconfig = no_preset_here.ini|' "$U/no_preset.ini"
experiment no_model 3 ''
sed -i 's|^rows = .*|rows = base other=no_model_here mine=runs/no_model/srl/export|' "$U/no_model.ini"
for mistake in wrong no_input no_preset no_model; do pipeline $mistake.ini; done
for mistake in wrong:sampling.temprature no_input:nothing.jsonl no_preset:no_preset_here.ini no_model:no_model_here; do
  name=${mistake%%:*}
  wait_ended "$(job_of "runs/$name" report)"
  status "$name.ini" >"$U/status"
  grep -A 1 'check .*FAILED' "$U/status" | grep -q "${mistake#*:}" || fail "status.sh does not say why: $(cat "$U/status"; tail_of "$(job_of "runs/$name" check)" 30)"
  [[ ! -e $U/runs/$name/sft && ! -e $U/runs/$name/data ]] || fail "$name: a later job ran"
  passed "$name: $(grep "${mistake#*:}" "$U/status" | tr -s ' ' | cut -c1-150)"
done

# A broken node where no other is left ends it too. Another experiment with the same file name shares nothing.
experiment broken 3 ''
sed -i "s|^model = .*|model = $U/model|; s|^\[prep\]|[check]\nsbatch.nodes = 2\n[prep]|" "$U/broken.ini"
cp -r "$WORK/model" "$U/model"
on_node node1 mount -t tmpfs none "$U/model"
pipeline broken.ini
wait_ended "$(job_of runs/broken report)"
on_node node1 umount "$U/model"
status broken.ini >"$U/status"
grep -A 1 'check .*FAILED' "$U/status" | grep -q 'bad nodes: node1 (inputs); no other nodes can run this job' || fail "$(cat "$U/status")"
mkdir "$U/elsewhere"
cp "$U/mini.ini" "$U/elsewhere"
if pipeline elsewhere/mini.ini >"$U/output" 2>&1; then fail "two experiments share runs/mini"; fi
grep -q "belongs to the experiment $U/mini.ini" "$U/output" || fail "$(cat "$U/output")"
passed "a broken node: $(grep 'bad nodes' "$U/status" | tr -s ' ' | cut -c1-150)"

# A sweep: one chain per value, one report over all.
experiment sweep 3 ''
sed -i 's/^rows = .*/rows = srl/; /^\[sft\]/,/^\[srl\]/{/^\[srl\]/!d}' "$U/sweep.ini"
pipeline sweep.ini --vary training.learning_rate 1e-3 2e-3
wait_ended "$(job_of runs/sweep report)"
grep -q '=1e-3/srl/export' "$U/runs/sweep/table.txt" && grep -q '=2e-3/srl/export' "$U/runs/sweep/table.txt" || fail "$(status sweep.ini; cat "$U/runs/sweep/table.txt")"
grep -qx 'learning_rate = 0.002' "$U/runs/sweep/training.learning_rate=2e-3/srl/options.ini" || fail "$(grep learning_rate "$U"/runs/sweep/*/srl/options.ini)"
passed "a sweep over two values"
