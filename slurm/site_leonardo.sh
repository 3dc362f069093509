# Leonardo Booster (CINECA): four A100 and 32 cores per node. Not tried there. docs/sites.md has the sources.
# To use it: copy it to slurm/site.sh and correct it; the next line has the options of sbatch.
# sbatch --partition=boost_usr_prod --account=PROJECT --nodes=2 --ntasks-per-node=4 --ntasks=8 --gres=gpu:4 --cpus-per-task=8 --mem-per-cpu=15000M
# module load gcc openmpi cuda hdf5         # names differ between releases: `module avail`
SRL_PRESET=cuda-release
SRL_FABRIC=infiniband
# SRL_STAGE=on                              # to TMPDIR of the job
