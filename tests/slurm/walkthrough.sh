#!/usr/bin/env bash
# Runs the commands of docs/cluster.md (its blocks marked `bash`, and the files whose first line is their name) line by
# line as a new user would, on an emulated cluster, with the miniature's model in place of SmolLM2 and few updates.
#   walkthrough.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
cluster_up 4 4
mkdir "$U/models"
ln -s "$SOURCE/studies/miniature/base" "$U/models/SmolLM2-135M-Instruct"
ln -s "$SOURCE/slurm" "$U"
mkdir "$U/jobs"
cp -r "$SOURCE/jobs/presets" "$U/jobs"
sed -i 's/^updates = .*/updates = 4/' "$U"/jobs/presets/*.ini
cp "$SOURCE/data_prep/example/expert_solutions.jsonl" "$U/solutions.jsonl"
cp "$SOURCE/data_prep/example/benchmark.jsonl" "$U"
awk -v folder="$U" '/^```ini/ { file = "first"; next } /^```/ { file = "" } file == "first" { file = folder "/" $2 } file { print >file }' "$SOURCE/docs/cluster.md"
mapfile -t commands < <(awk '/^```bash/ { on = 1; next } /^```/ { on = 0 } on' "$SOURCE/docs/cluster.md" | sed -e ':a' -e '/\\$/N; s/\\\n//; ta')
[[ ${#commands[@]} -ge 8 ]] || fail "docs/cluster.md has only ${#commands[@]} commands"
for line in "${commands[@]}"; do
  (cd "$U" && as_user bash -c "$line" >"$U/output" 2>&1) || fail "$line: $(cat "$U/output")"
  for job in $(timeout 60 squeue --noheader --array --format %i); do wait_ended "$job"; done
  if timeout 60 scontrol show job | grep -E 'JobState=(FAILED|CANCELLED|TIMEOUT)'; then
    fail "$line: $(cat "$U/output"; for log in "$U"/logs/*.log "$U"/runs/*/logs/*.log; do echo "$log"; tail -n 8 "$log"; done)"
  fi
  passed "$line"
done
[[ -s $U/runs/experiment/table.txt && -f $U/results/srl/STATUS_00007 && -f $U/results/sweep/STATUS_00007 ]] || fail "results are missing: $(ls -R "$U/results")"
