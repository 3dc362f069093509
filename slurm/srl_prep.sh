#!/usr/bin/env bash
# Expert solutions -> shards.   sbatch slurm/srl_prep.sh --input FILES --output DIR …
# Without arguments: the README's example.
#SBATCH --job-name=srl_prep
#SBATCH --ntasks=2
#SBATCH --cpus-per-task=1
#SBATCH --mem-per-cpu=1000M
#SBATCH --time=00:30:00
#SBATCH --output=%x_%j.log
SRL_ROOT=${SRL_ROOT:-$SLURM_SUBMIT_DIR}
source "$SRL_ROOT/slurm/common.sh" || exit 1
source "$SRL_ROOT/slurm/example.sh"
need_program srl_prep
(($#)) || set -- "${example_prep[@]}"
if [[ $1 == --* ]]; then preflight "$@"; else preflight; fi   # subcommands have other options, which srl_check does not know
run_step "$SRL_BIN/srl_prep" "$@" || die "srl_prep failed; see the messages above"
