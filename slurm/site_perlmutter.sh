# Perlmutter (NERSC): four A100 and 64 cores per GPU node. Not tried there. docs/sites.md has the sources.
# To use it: copy it to slurm/site.sh and correct it; the next line has the options of sbatch.
# sbatch --constraint=gpu --qos=regular --account=PROJECT_g --nodes=2 --ntasks-per-node=4 --ntasks=8 --gpus-per-node=4 --cpus-per-task=32 --mem-per-cpu=1800M
# module load cudatoolkit openmpi cray-hdf5 nccl   # names differ between releases: `module avail`
SRL_PRESET=cuda-release
SRL_FABRIC=slingshot
SRL_SRUN_OPTIONS='--mpi=pmix --gpu-bind=none'   # each rank sees all GPUs of its node and takes one
# SRL_STAGE=on SRL_SCRATCH=/tmp
