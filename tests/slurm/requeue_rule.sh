#!/usr/bin/env bash
# slurm/srl_train.sh and srl_eval.sh requeue a job only when it ended with exit code 0, STATUS says saved, and
# the start got further than where it began. The job and Slurm's commands are stand-ins.
#   requeue_rule.sh
set -euo pipefail
SOURCE=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d "${TMPDIR:-/tmp}/srl_requeue.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
fail() { echo "FAIL: $*" >&2; exit 1; }
mkdir "$WORK/bin" "$WORK/run"
# The job writes the STATUS in $WORK/next, if there is one, and ends with the code in $WORK/code.
cat >"$WORK/bin/srl_train" <<END
#!/usr/bin/env bash
[[ ! -e $WORK/crashes ]] || { echo crash >>$WORK/crashed; sed -i 1d $WORK/crashes; [[ -s $WORK/crashes ]] || rm $WORK/crashes
  echo 'srun: error: node2: task 2: Segmentation fault (core dumped)' >&2; exit 139; }
[[ ! -e $WORK/next ]] || cp $WORK/next $WORK/run/STATUS
exit \$(cat $WORK/code)
END
cp "$WORK/bin/srl_train" "$WORK/bin/srl_eval"
sed -i 's|run/STATUS|run/STATUS_00000|' "$WORK/bin/srl_eval"
printf '#!/usr/bin/env bash\nwhile [[ $1 == --* ]]; do shift; done\nexec "$@"\n' >"$WORK/bin/srun"
# Slurm ends the batch script with TERM when it requeues the job.
printf '#!/usr/bin/env bash\n[[ $1 == requeue ]] || { [[ ! -e %s/requeued ]] || echo " Restarts=1"; exit 0; }\necho "$2" >>%s/requeued\nkill -TERM "$(cat %s/batch)"\n' "$WORK" "$WORK" "$WORK" >"$WORK/bin/scontrol"
chmod +x "$WORK"/bin/*
export PATH=$WORK/bin:$PATH SRL_BIN=$WORK/bin SRL_ROOT=$SOURCE SRL_PREFLIGHT=off SLURM_JOB_ID=17 SLURM_JOB_NODELIST=''

status() { printf 'state=%s\nreason=\nupdate=%s\njob_id=17\nrestart=0\n%b' "$1" "$2" "${3:-}"; }   # status STATE UPDATE [MORE LINES]
# case_is NAME requeued|stops BEFORE CODE NEXT: BEFORE and NEXT are contents of STATUS; empty = none.
case_is() {
  local file code=0 script=${SCRIPT:-srl_train}
  file=$WORK/run/STATUS; [[ $script == srl_train ]] || file=$WORK/run/STATUS_00000
  rm -f "$WORK/requeued" "$WORK/next" "$file"
  [[ -z $3 ]] || printf '%s\n' "$3" >"$file"
  [[ -z $5 ]] || printf '%s\n' "$5" >"$WORK/next"
  echo "$4" >"$WORK/code"
  (cd "$WORK" && printf "%s" "$BASHPID" >"batch" && exec bash "$SOURCE/slurm/$script.sh" --run "$WORK/run" --output "$WORK/run") \
    >"$WORK/log" 2>&1 </dev/null || code=$?
  case $2 in
    requeued) [[ -e $WORK/requeued && $code -eq 0 ]] || fail "$1: not requeued, exit code $code: $(cat "$WORK/log")" ;;
    stops) [[ ! -e $WORK/requeued && $code -ne 0 ]] || fail "$1: requeued or ended with exit code $code: $(cat "$WORK/log")" ;;
    ends) [[ ! -e $WORK/requeued && $code -eq 0 ]] || fail "$1: exit code $code: $(cat "$WORK/log")" ;;
  esac
}
now() { status saved "$1" "groups=$2\nfrom=$3\nfrom_groups=$4"; }
case_is 'first start' requeued '' 0 "$(now 3 0 0 0)"
case_is 'later update' requeued "$(status saved 3)" 0 "$(now 5 0 3 0)"
case_is 'the start before got further, but died' requeued "$(status running 9)" 0 "$(now 5 0 3 0)"
case_is 'more kept groups' requeued "$(status saved 3 'groups=2')" 0 "$(now 3 4 3 2)"
case_is 'first groups' requeued '' 0 "$(now 0 4 0 0)"
case_is 'no progress' stops "$(status saved 3)" 0 "$(now 3 0 3 0)"
case_is 'no more groups' stops "$(status saved 3 'groups=2')" 0 "$(now 3 2 3 2)"
case_is 'saved of an earlier start, this one failed' stops "$(now 5 0 3 0)" 1 ''
case_is 'killed' stops "$(now 5 0 3 0)" 137 ''
case_is 'wrong option' stops "$(now 5 0 3 0)" 2 ''
case_is 'no such program in the image' stops "$(now 5 0 3 0)" 127 ''
grep -q 'exit code 127' "$WORK/log" || fail "no such program: $(cat "$WORK/log")"
case_is 'failed' stops '' 1 "$(status failed 3)"
case_is 'finished' ends '' 0 "$(status finished 3)"
# A crash in the start of MPI, before STATUS is written: started again, twice at most. After STATUS is written: not.
crashes() { rm -f "$WORK/crashed"; printf '%0.scrash\n' $(seq "$1") >"$WORK/crashes"; }   # crashes N: the next N starts
crashed() { [[ $(grep -c . "$WORK/crashed") == "$1" ]] || fail "$2: $(cat "$WORK/log")"; }
crashes 1; case_is 'one crash in MPI_Init' ends '' 0 "$(status finished 3)"; crashed 1 'one crash'
grep -q 'starting it again' "$WORK/log" || fail "one crash: the log does not say so: $(cat "$WORK/log")"
crashes 2; case_is 'two crashes in MPI_Init' ends "$(now 5 0 3 0 | sed s/17/16/)" 0 "$(status finished 3)"; crashed 2 'two crashes'
crashes 5; case_is 'crashes without end' stops '' 0 "$(status finished 3)"; crashed 3 'crashes without end'
crashes 5; case_is 'a crash of the running job' stops "$(status running 3)" 0 ''; crashed 1 'a crash of the running job'
rm "$WORK/crashes"
# TERM while the job runs: the log says whether the job comes back, and nothing where Slurm does not answer.
cp "$WORK/bin/scontrol" "$WORK/scontrol"
cp "$WORK/bin/srl_train" "$WORK/srl_train"
terminated_as() {  # terminated_as FACTS TEXT LAST_COMMAND ENDS
  printf '#!/usr/bin/env bash\n[[ $1 != show ]] || printf "%%s" "%s"\n' "$1" >"$WORK/bin/scontrol"
  printf '#!/usr/bin/env bash\ntrap "" TERM\ncp %s/next %s/run/STATUS\nkill -TERM "$(cat %s/batch)"\nsleep 0.2\n%s' "$WORK" "$WORK" "$WORK" "$3" >"$WORK/bin/srl_train"
  case_is "TERM: $2" "$4" '' 0 "$(status saved 5 'groups=0\nfrom=0\nfrom_groups=0')"
  grep -qF -e "$2" "$WORK/log" || fail "TERM with '$1': the log does not say '$2': $(cat "$WORK/log")"
}
# Slurm ends the batch script with TERM once more when the job goes back.
back="batch=\$(cat $WORK/batch); ( while sleep 0.3; do kill -TERM \$batch 2>/dev/null || exit; done ) &"
terminated_as ' JobState=COMPLETING Restarts=1' 'requeued, saved at 5: Slurm puts the job back into the queue' "$back" ends
terminated_as ' JobState=COMPLETING Restarts=0 PreemptTime=2026-01-01T00:00:00' 'preempted, saved at 5: Slurm puts the job back into the queue' "$back" ends
terminated_as ' JobState=COMPLETING Restarts=0' 'cancelled, saved at 5; not requeued' '' stops
terminated_as ' JobState=RUNNING Restarts=0' 'terminated, saved at 5; not requeued' '' stops
terminated_as '' 'Slurm does not say whether the job comes back' '' stops
! grep -q 'not requeued' "$WORK/log" || fail "without an answer of Slurm the log says that the job does not come back"
mv "$WORK/scontrol" "$WORK/srl_train" "$WORK/bin"
SCRIPT=srl_eval
case_is 'more answers' requeued "$(status saved 30)" 0 "$(now 50 0 30 0)"
case_is 'no more answers' stops "$(status saved 30)" 0 "$(now 30 0 30 0)"
case_is 'failed evaluation' stops "$(now 50 0 30 0)" 1 ''
