#!/usr/bin/env bash
# SRL_STAGE=on: models and shards are copied to each node before a job, of training, evaluations and sweeps, from the
# arguments and from files. Whole copies only, whatever happens to the job that makes them.   staging.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 2 4
export SRL_STAGE=on SRL_SCRATCH=/dev/shm   # each node has its own
copies_on() { on_node "$1" find /dev/shm/srl_nobody -name "$2" | sort; }
train() { a=$(submit "$@" "${TRAIN[@]}" --training.updates 2); ends_as "$a" COMPLETED; }

# Training on two nodes: from the arguments, and model and data from a file of options. The weights are those without
# copies.
SRL_STAGE=off train -N 2 "$SLURM/srl_train.sh" --run "$U/plain"
cp -r "$WORK/model" "$WORK/data" "$U"
train -N 2 "$SLURM/srl_train.sh" --run "$U/staged"
same_model "$U/plain" "$U/staged"
# staged RUN: the run used copies of the model and the shards.
staged() {
  grep -q '^data = "*/dev/shm/' "$1/options.ini" && grep -q "^model = $1/staged_model\$" "$1/options.ini" && [[ $(readlink "$1/staged_model") == /dev/shm/* ]] ||
    fail "$1 did not use copies: $(readlink "$1/staged_model"; grep -E '^(model|data) ' "$1/options.ini")"
}
staged "$U/staged"
for node in node0 node1; do
  [[ $(copies_on $node model.safetensors | wc -l) -eq 1 && $(copies_on $node '*.h5' | wc -l) -ge 1 ]] || fail "$node: $(copies_on $node '*')"
done
printf 'model = model\ndata = data:2 "data"   ; shards\n[training]\nupdates = 3\n' >"$U/options.ini"
a=$(submit "$SLURM/srl_train.sh" --config options.ini "${TRAIN[@]:4}" --training.updates 2 --run "$U/by_file")
ends_as "$a" COMPLETED
staged "$U/by_file"
grep -qE '^data = /dev/shm/.*/data:2 /dev/shm/.*/data$' "$U/by_file/options.ini" || fail "weights: $(grep '^data ' "$U/by_file/options.ini")"
passed "training from copies on each node: $(copies_on node0 model.safetensors | head -n 1)"

# A run resumes from other copies, or without them, and one that began without copies resumes with SRL_STAGE=on.
begin_moved() {  # begin_moved NAME MORE_UPDATES: starts or resumes a run, saves and ends it
  updates $ENDLESS "$1"
  job=$(submit -N 1 "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/$1.ini" --run "$U/$1")
  wait_for "$job" has_updates "$U/$1" $(($(updates_of "$U/$1") + $2))
  timeout 60 scancel --signal=USR1 --batch "$job"
  wait_for "$job" in_queue "$job"
  timeout 60 scancel "$job"
  wait_ended "$job"
}
finish_moved() { updates "$(updates_after "$U/$1")" "$1"; a=$(submit -N 1 "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/$1.ini" --run "$U/$1"); ends_as "$a" COMPLETED; says "$a" 'resumed from'; }
begin_moved moved 3
SRL_SCRATCH=/dev/shm/other begin_moved moved 3
SRL_STAGE=off finish_moved moved
[[ $(readlink "$U/moved/staged_model") == "$WORK/model" ]] || fail "$(ls -l "$U/moved")"
SRL_STAGE=off begin_moved plain_first 3
finish_moved plain_first
passed "a run resumes with other copies, and with and without copies"

# A copy that was interrupted is made again; a changed model gets a new copy; several tasks of one node share one.
copy=$(dirname "$(copies_on node0 model.safetensors | grep "$WORK/model/")")
on_node node0 sh -c "mv '$copy' '$copy.part.node0'; truncate -s 100 '$copy.part.node0/model.safetensors'"
array=$(submit -w node0 --array=0-3 "$SLURM/srl_eval.sh" "${EVAL[@]}" --output "$U/answers")
wait_ended "${array}_0" "${array}_1" "${array}_2" "${array}_3"
[[ $(cat "$U"/answers/records_*.jsonl | wc -l) -eq 24 ]] || fail "answers: $(tail -n 5 "$U"/logs/srl_eval_"${array}"_*.log)"
on_node node0 cmp "$copy/model.safetensors" "$WORK/model/model.safetensors" || fail "not a whole copy"
[[ $(copies_on node0 '*.part.node0' | wc -l) -eq 0 ]] || fail "a part was left: $(copies_on node0 '*.part*')"
touch "$U/model/model.safetensors"
before=$(copies_on node0 model.safetensors | wc -l)
trained_with --model model
for run in touched touched_too; do
  a=$(submit -N 1 -w node0 "$SLURM/srl_train.sh" "${OTHER[@]}" --training.updates 2 --run "$U/$run")
  ends_as "$a" COMPLETED
done
[[ $(copies_on node0 model.safetensors | wc -l) -eq $((before + 1)) ]] || fail "copies: $(copies_on node0 model.safetensors)"
passed "interrupted, shared and changed copies"

# A sweep: its models and data folders are staged, and its tables are those without copies.
cp -r "$U/plain/export" "$U/trained"
cp "$SOURCE/data_prep/example/benchmark.jsonl" "$U"
printf '[models]\nbase = model ; the first\ntrained = "trained"\n[benchmarks]\nmine = benchmark.jsonl\n[settings greedy]\nsampling.greedy = on\nsampling.max_new_tokens = 8\ninstance.chat_template = chatml\n' >"$U/sweep.ini"
a=$(submit -w node1 --array=0-2 "$SLURM/srl_eval.sh" --sweep sweep.ini --threads 1 --output results)
b=$(SRL_STAGE=off submit -w node1 --array=0-2 "$SLURM/srl_eval.sh" --sweep sweep.ini --threads 1 --output unstaged)
for task in 0 1 2; do ends_as "${a}_$task" COMPLETED; ends_as "${b}_$task" COMPLETED; done
for model in model trained; do logged "${a}_0" "copying $model to" || fail "$model is not copied: $(tail_of "${a}_0")"; done
[[ $(copies_on node1 model.safetensors | wc -l) -ge 3 ]] || fail "the sweep's models are not on node1: $(copies_on node1 model.safetensors)"
diff <("$BIN/srl_report" "$U/results") <("$BIN/srl_report" "$U/unstaged") || fail "other tables"
passed "a sweep from copies"

# No space: the job says so and leaves no part. A signal while copying: requeued, or cancelled.
mkdir "$U/small"
on_node node0 mount -t tmpfs -o size=64k,mode=777 none "$U/small"
trained_with --model trained
a=$(SRL_SCRATCH=$U/small submit -N 1 -w node0 "$SLURM/srl_train.sh" "${OTHER[@]}" --run "$U/none")
ends_as "$a" FAILED
says "$a" "could not be copied to $U/small on every node"
[[ -z $(on_node node0 find "$U/small" -name model.safetensors) ]] || fail "a part was left: $(on_node node0 find "$U/small")"
mkdir "$U/path"   # a slow file system
printf '#!/bin/bash\nsleep 600\n' >"$U/path/cp" && chmod +x "$U/path/cp"
export PATH="$U/path:$PATH"
a=$(submit -N 1 -w node0 "$SLURM/srl_train.sh" "${OTHER[@]}" --run "$U/none")
b=$(submit -N 1 -w node1 "$SLURM/srl_train.sh" "${OTHER[@]}" --run "$U/none")
wait_for "$a" logged "$a" 'copying trained'
wait_for "$b" logged "$b" 'copying trained'
timeout 60 scancel --signal=USR1 --batch "$a"
timeout 60 scancel "$b"
wait_for "$a" logged "$a" 'USR1 came before the work started; requeued (restart 1)'
ends_as "$b" CANCELLED
timeout 60 scancel "$a"
passed "no space, and signals while copying"
