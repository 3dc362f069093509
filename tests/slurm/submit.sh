#!/usr/bin/env bash
# Submission: from four places, with options of sbatch that move a job, with wrong options and paths, as single tasks of
# an array, under mpirun.   submit.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 3 2

# From four places, by an ordinary user who may not write to the source. Without the user's variables (--export=NONE)
# the scripts find cpu-release by themselves; another build has to be named.
none=NONE; [[ $SRL_PRESET == cpu-release ]] || none=SRL_PRESET
mkdir -p "$U/my project" && chown 65534 "$U/my project"
a=$(FROM=$SOURCE submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run "$U/from_source")
b=$(submit --job-name="my exp" "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run run)
c=$(FROM="$U/my project" submit --job-name="my exp" --export=$none "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run "a run")
d=$(FROM=$U/home submit --chdir="$U/my project" "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run moved)
for job in "$a" "$b" "$c" "$d"; do ends_as "$job" COMPLETED; done
status_is "$U/from_source" finished
status_is "$U/run" finished
status_is "$U/my project/a run" finished
status_is "$U/my project/moved" finished
[[ -f $U/logs/my_exp_srl_train_$b.log && -f "$U/my project/logs/my_exp_srl_train_$c.log" && -f "$U/my project/logs/srl_train_$d.log" ]] || fail "logs: $(find "$U" -name '*.log')"
says "$a" "^20[0-9][0-9]-[0-9-]*T[0-9:]*Z .*update"
[[ -z $(find "$SOURCE/slurm" "$SOURCE/logs" -newer "$WORK/model" 2>/dev/null) ]] || fail "something was written into the source"
passed "submitted from the source, a folder, a folder with a space, with --chdir, --export=$none and a name with a space"

# What all ranks see alike is an input or an option: the program's own message, no node, no advice to skip the check.
trained_with --model "$U/nothing"
a=$(submit -N 2 "$SLURM/srl_train.sh" "${OTHER[@]}" --run "$U/none")
trained_with --data "$U/no_data"
b=$(submit "$SLURM/srl_train.sh" "${OTHER[@]}" --run "$U/none")
c=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.update 3 --run "$U/none")
d=$(submit --mem-per-cpu=1M "$SLURM/srl_prep.sh" --input "$U/no_input.jsonl" --output "$U/none") || true
for job in "$a" "$b" "$c"; do
  ends_as "$job" FAILED
  if logged "$job" 'bad nodes'; then fail "a node is blamed: $(tail_of "$job" 30)"; fi
done
tr -s ' \n' ' ' <"$(log_of "$a")" | grep -q 'nothing/config.json cannot be read' || fail "$(tail_of "$a")"
says "$b" 'the check before the job failed on all ranks'
says "$c" 'did you mean --training.updates'
for job in "$a" "$b" "$c"; do
  if logged "$job" SRL_PREFLIGHT; then fail "a wrong input or option is not a reason to skip the check: $(tail_of "$job")"; fi
done
[[ ! -e $U/none ]] || fail "a refused job made its run directory"
passed "wrong paths and options end a job with the program's own message"

# Without the executables or the library, a log says so.
printf 'SRL_BIN=%s/nowhere\n' "$U" >"$U/site.sh"
a=$(SRL_SITE=$U/site.sh submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --run "$U/none")
cp "$SLURM/srl_train.sh" "$U/home/copy.sh"
b=$(submit "$U/home/copy.sh" "${TRAIN[@]}" --run "$U/none")
c=$(submit --export="ALL,SRL_ROOT=$SOURCE" "$U/home/copy.sh" "${TRAIN[@]}" --training.updates 2 --run "$U/copied")
ends_as "$a" FAILED; ends_as "$b" FAILED; ends_as "$c" COMPLETED
says "$a" 'nowhere/srl_train is missing: build first'
grep -q 'set SRL_ROOT' "$U/srl_$b.log" || fail "no word about SRL_ROOT: $(ls "$U")"
passed "a missing library or program is named; a copied script finds the library in SRL_ROOT"

# Exactly the shares of the tasks that run.
a=$(submit --array=3,5 "$SLURM/srl_eval.sh" "${EVAL[@]}" --output shares --tasks 8)
b=$(submit --array=2 "$SLURM/srl_eval.sh" "${EVAL[@]}" --output one --tasks 8)
c=$(submit --array=2 "$SLURM/srl_eval.sh" "${EVAL[@]}" --output unknown)
ends_as "$a" COMPLETED; ends_as "$b" COMPLETED; ends_as "$c" FAILED
[[ $(cd "$U/shares" && echo records_*) == 'records_00003.jsonl records_00005.jsonl' && $(cd "$U/one" && echo records_*) == records_00002.jsonl ]] || fail "shares: $(ls "$U/shares" "$U/one")"
[[ $(cat "$U"/shares/records_* | wc -l) -eq 6 ]] || fail "shares 3 and 5 of 8 have 3 of the 24 questions each"
logged "${c}_2" 'give --tasks N' || fail "$(tail_of "${c}_2")"
passed "--array=3,5 and --array=2 answer these shares"

# Cores and end times: no more threads than allotted, and an end time of another job is ignored.
trained_with --threads auto
a=$(SLURM_JOB_END_TIME=1700000000 submit --export=ALL "$SLURM/srl_train.sh" "${OTHER[@]}" --training.updates 2 --run cores)
ends_as "$a" COMPLETED
says "$a" '1 thread per rank'
passed "one core per task is one thread per rank; an old SLURM_JOB_END_TIME is ignored"

# Tasks of srun that do not see each other (Open MPI 4 must not see that srun started it, else it refuses by itself; and
# two lone starts at once may fail over the folder that both make in /tmp, so the second one comes later).
cat >"$U/alone.sh" <<EOF
#!/bin/bash
srun -n 2 --mpi=none bash -c 'sleep \$((3 * SLURM_PROCID)); env -i PATH="\$PATH" SLURM_STEP_NUM_TASKS=\$SLURM_STEP_NUM_TASKS SLURM_PROCID=\$SLURM_PROCID "$BIN/srl_check" --quick'
EOF
a=$(submit -n 2 --output="$U/alone_%j.log" "$U/alone.sh")
wait_ended "$a"
grep -q -e '--mpi' "$U/alone_$a.log" || fail "$(cat "$U/alone_$a.log")"
passed "tasks that form worlds of one are told about --mpi"

# Under mpirun inside an allocation.
a=$(SRL_LAUNCHER=mpirun submit -N 1 "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run under_mpirun)
ends_as "$a" COMPLETED
status_is "$U/under_mpirun" finished
passed "mpirun inside an allocation"

# A killed job says why; a node that fails its check is left.
a=$(submit --mem-per-cpu=60M "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates $ENDLESS --run small)
ends_as "$a" FAILED
says "$a" 'killed.* memory'
passed "memory limit: $(grep -o 'exit code.*memory.*' "$(log_of "$a")" | tail -n 1)"

cp -r "$WORK/model" "$U/model"
on_node node1 mount -t tmpfs none "$U/model"
trained_with --model "$U/model"
a=$(submit -N 2 -n 2 "$SLURM/srl_train.sh" "${OTHER[@]}" --training.updates 2 --run "$U/moved")
wait_for "$a" logged "$a" 'goes back to the queue without them (move 1)'
start_now "$a"
ends_as "$a" COMPLETED
timeout 60 scontrol show job "$a" | grep -q 'Comment=srl moved 1: bad nodes node1 (inputs)' || fail "no reason: $(timeout 60 scontrol show job "$a")"
timeout 60 scontrol show job "$a" | grep -q 'ExcNodeList=node1' || fail "node1 is not excluded"
status_is "$U/moved" finished
passed "a job moved away from a bad node"
