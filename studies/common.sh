# Sourced by the drivers of the studies: runs jobs on this machine with the same STATUS rules as under Slurm. A driver
# that runs again after an interruption skips finished runs and resumes saved ones.
SRL_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$SRL_ROOT/slurm/common.sh"
for program in srl_check srl_prep srl_train srl_eval srl_report srl_model; do need_program "$program"; done

set -a; source "$SRL_ROOT/env/one_machine.env"; set +a
ranks=${SRL_RANKS:-2}
ranked() { mpirun -n "$ranks" "$@"; }
check_machine() {
  ranked "$SRL_BIN/srl_check" --quick --run "$SRL_ROOT/runs" || die "the check of this machine failed; see the table above"
}
