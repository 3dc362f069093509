#!/usr/bin/env bash
# The example chain on this one machine, by the same STATUS rules as under Slurm: model -> shards -> format SFT -> SRL ->
# evaluation before and after -> table. Run again after an interruption: what is finished is left alone.
#   slurm/local.sh [RANKS]      (default 2)
SRL_ROOT=$(cd "$(dirname "$0")/.." && pwd)
ranks=${1:-2}
source "$SRL_ROOT/slurm/common.sh"
source "$SRL_ROOT/slurm/example.sh"
for program in srl_prep srl_train srl_eval srl_report srl_model; do need_program "$program"; done

# Open MPI refuses root and more ranks than cores unless told; loopback suffices on one machine.
if [[ $(id -u) -eq 0 ]]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_tcp_if_include=lo OMPI_MCA_oob_tcp_if_include=lo OMPI_MCA_mpi_yield_when_idle=1
ranked() { mpirun --bind-to none -n "$ranks" "$@"; }

train() {  # train RUN WORDS…
  local run=$1; shift
  [[ $(status_field "$run" state) == finished ]] && { say "$run is finished"; return 0; }
  ranked "$SRL_BIN/srl_train" "$@" --resume auto || die "training failed; see $run/log.txt"
  [[ $(status_field "$run" state) == finished ]] || die "training was interrupted and saved; run this script again to go on"
}

SRL_BIN=$SRL_BIN "$SRL_ROOT/env/fetch_smollm2.sh" "$EXAMPLE_MODEL" || die "no model"
[[ -f $EXAMPLE/data/manifest.json ]] || ranked "$SRL_BIN/srl_prep" "${example_prep[@]}" || die "srl_prep failed"
train "$EXAMPLE/format" "${example_format[@]}"
train "$EXAMPLE/srl" "${example_srl[@]}"
example_eval "$EXAMPLE/format/export" format
ranked "$SRL_BIN/srl_eval" "${eval_words[@]}" || die "evaluation failed"
example_eval "$EXAMPLE/srl/export" srl
ranked "$SRL_BIN/srl_eval" "${eval_words[@]}" || die "evaluation failed"
"$SRL_BIN/srl_report" "$EXAMPLE/results" || die "report failed"
say "look at: $EXAMPLE/srl/samples.jsonl (what the policy wrote), $EXAMPLE/srl/metrics.jsonl (a line an update)"
say "next: docs/first-run.md runs real data; docs/cluster.md submits this chain to Slurm"
