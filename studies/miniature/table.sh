# The miniature's table, sourced by run.sh: trains every row from every seed's own base, two runs at a time, each on one
# thread. Then it prints the report.
# Arguments:
#   seeds=1,2,…  (default 1-8)   rows=base,srl,…  (default all)   few=N  seeds of the rows other than base, srl and rlvr (default 3)
#   updates=N (150)   workers=N (2)   only=warmup|runs|report|search
# It can be interrupted and run again at any time. Seeds can be added later.
seeds=1,2,3,4,5,6,7,8 rows=base,srl,rlvr,srl_no_filter,one_step,exact,sft,srl_rlvr few=3 updates=150 workers=2 only=''
for argument in "$@"; do
  [[ $argument =~ ^(seeds|rows|few|updates|workers|only)=[a-z0-9_,]*$ ]] || die "unknown argument '$argument' (see studies/miniature/table.sh)"
  declare "$argument"
done
mkdir -p "$MINI/logs"
mini_data || die "the data cannot be made; see the messages above"

running=0 failed=0
in_turn() {  # in_turn NAME COMMAND… : runs COMMAND, at most `workers` at a time; its output goes to logs/NAME.log
  local name=$1; shift
  if ((running >= workers)); then wait -n || failed=1; running=$((running - 1)); fi
  ("$@" >"$MINI/logs/$name.log" 2>&1 && say "$name done" || { say "$name FAILED, see $MINI/logs/$name.log"; exit 1; }) &
  running=$((running + 1))
}
all_done() { while ((running > 0)); do wait -n || failed=1; running=$((running - 1)); done; }

warm_up() { mini_warmup "$1" "$MINI/base/$1" && { mini_gate "$MINI/base/$1/export" "$MINI/base/$1/gate" || touch "$MINI/base/$1/refused"; }; }
one_run() { mini_train "$1" "$2" "$MINI/base/$2/export" "$updates" && mini_evaluate "$1" "$2" "$(mini_model "$1" "$2" "$MINI/base/$2/export")"; }

if [[ -z $only || $only == warmup ]]; then
  for seed in ${seeds//,/ }; do in_turn "warmup_$seed" warm_up "$seed"; done
  all_done
fi
if [[ -z $only || $only == runs ]]; then
  for row in ${rows//,/ }; do
    count=0
    for seed in ${seeds//,/ }; do
      [[ -f $MINI/base/$seed/export/config.json && ! -f $MINI/base/$seed/refused ]] || continue   # the gate depends only on the base
      if [[ ! $row =~ ^(base|srl|rlvr)$ ]] && ((++count > few)); then continue; fi
      in_turn "${row}_$seed" one_run "$row" "$seed"
    done
  done
  all_done
fi
if [[ $only == search ]]; then   # learning rates for SRL and RLVR, compared on validation problems
  MINI_DATA=$MINI/data MINI_SEARCH=$MINI/search
  search_run() { (
    base=$MINI/base/$2/export; mkdir -p "$MINI_SEARCH"; [[ -e $MINI_SEARCH/data ]] || ln -s "$MINI_DATA" "$MINI_SEARCH/data"
    MINI=$MINI_SEARCH
    mini_train "$1" "$2" "$base" "$updates" --training.learning_rate "${1#*@}" &&
      mini_evaluate "$1" "$2" "$(mini_model "$1" "$2" "$base")" "$MINI/data/validation.jsonl" "$MINI/data" "stepwise whole") }
  for rate in 1e-4 3e-4 1e-3; do
    for seed in ${seeds//,/ }; do for row in srl rlvr; do in_turn "search_$row@${rate}_$seed" search_run "$row@$rate" "$seed"; done; done
  done
  all_done
  "$SRL_BIN/srl_report" --study "$MINI/search" --format markdown || die "report failed"
  exit $failed
fi
((failed)) && die "at least one run failed, see the messages above; run this script again to resume"
if [[ -z $only || $only == report ]]; then
  compare=()
  for worse in base rlvr; do
    [[ -d $MINI/results/srl && -d $MINI/results/$worse ]] && compare+=("srl>$worse")
  done
  "$SRL_BIN/srl_report" --study "$MINI" --study.rows ${rows//,/ } ${compare:+--study.compare "${compare[@]}"} --format markdown || die "report failed"
fi
