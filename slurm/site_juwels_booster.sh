# JUWELS Booster (JSC): four A100 and 48 cores per node. Not tried there. docs/sites.md has the sources.
# To use it: copy it to slurm/site.sh and correct it; the next line has the options of sbatch.
# sbatch --partition=booster --account=BUDGET --nodes=2 --ntasks-per-node=4 --ntasks=8 --gres=gpu:4 --cpus-per-task=12 --mem-per-cpu=5000M
# module load Stages/2025 GCC OpenMPI CUDA/12 MPI-settings/CUDA HDF5
SRL_PRESET=cuda-release
SRL_FABRIC=infiniband
SRL_INTERFACE=ib0
# SRL_STAGE=on SRL_SCRATCH=$LOCALSCRATCH    # where nodes have this folder; not on all systems of JSC
