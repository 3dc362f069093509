#!/usr/bin/env bash
# Starts a job on 4 nodes many times, ranks up to 0.4 s apart, on a loaded machine: every start must succeed. By command
# only.   starts.sh BUILD_FOLDER [STARTS=40]
source "$(dirname "$0")/cluster.sh"
starts=${2:-40}
cluster_up 4 2
cat >"$U/starts.sh" <<END
#!/usr/bin/env bash
for i in \$(seq 1 $starts); do
  timeout 60 srun --mpi=pmix -N 4 -n 4 --kill-on-bad-exit=1 bash -c 'sleep 0.\$((RANDOM % 40 + 10)); exec "$BIN/srl_model" info --model "$WORK/model"' >/dev/null 2>>errors.txt || echo "start \$i failed"
done >failed.txt
END
chmod +x "$U/starts.sh"
job=$(submit -N 4 -n 4 --exclusive "$U/starts.sh")
for ((i = 0; i < 60 * starts; i += 3)); do
  [[ $(state "$job") =~ ^(RUNNING|PENDING|CONFIGURING|UNKNOWN)$ ]] || break
  sleep 3
done
[[ $(state "$job") == COMPLETED ]] || fail "the job is $(state "$job")"
[[ ! -s $U/failed.txt ]] || fail "$(wc -l <"$U/failed.txt") of $starts starts failed: $(tail -n 5 "$U/errors.txt")"
passed "$starts starts of 4 ranks"
