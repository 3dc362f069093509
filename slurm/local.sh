#!/usr/bin/env bash
# Runs a chain of jobs on this one machine by the same STATUS rules as under Slurm. Run it again after an interruption: what is
# finished is left alone, what was saved goes on.
#   slurm/local.sh                       the miniature in short form: base -> SRL -> evaluation -> report (chains/mini.sh)
#   slurm/local.sh table [WORDS…]        the miniature's whole table over seeds (chains/table.sh, docs/reproduction.md)
#   slurm/local.sh smollm2 [RANKS]       SmolLM2-135M: format SFT -> SRL -> evaluation -> report (chains/smollm2.sh)
SRL_ROOT=$(cd "$(dirname "$0")/.." && pwd)
source "$SRL_ROOT/slurm/common.sh"
chain=${1:-mini}
(($#)) && shift
[[ -f $SRL_ROOT/slurm/chains/$chain.sh ]] || die "no chain '$chain'; there are: $(cd "$SRL_ROOT/slurm/chains" && ls | sed 's/\.sh$//' | tr '\n' ' ')"
for program in srl_check srl_prep srl_train srl_eval srl_report srl_model; do need_program "$program"; done

set -a; source "$SRL_ROOT/env/one_machine.env"; set +a
ranks=${SRL_RANKS:-2}
ranked() { mpirun -n "$ranks" "$@"; }

train() {  # train RUN WORDS… : one run, by its STATUS
  local run=$1; shift
  finished "$run" && { say "$run is finished"; return 0; }
  ranked "$SRL_BIN/srl_train" "$@" --run "$run" --resume auto || die "training failed; see $run/log.txt"
  finished "$run" || die "training was interrupted and saved; run this script again to go on"
}

ranked "$SRL_BIN/srl_check" --quick --run "$SRL_ROOT/runs" || die "this machine is not fit to run the chain; see the table above"
# shellcheck source=/dev/null
source "$SRL_ROOT/slurm/chains/$chain.sh"
