# An example of slurm/site.sh, which the batch scripts source when it exists; ~/.config/srl/site.sh is for one user.
# Copy this file and keep the lines that you need. The values here are the defaults.

# module load gcc openmpi hdf5              # the modules that the build used
# SRL_BIN=/path/to/bin                      # the executables
# SRL_PRESET=cpu-release                    # which build of the source folder

# SRL_LAUNCHER=srun                         # or mpirun, inside the allocation
# SRL_SRUN_OPTIONS=--mpi=pmix               # `srun --mpi=list` shows the choices
# SRL_MPIRUN_OPTIONS=                       # for example "--bind-to core"
# SRL_FABRIC=                               # infiniband, slingshot or ethernet: what Open MPI and NCCL use
# SRL_INTERFACE=                            # network interface of Open MPI and NCCL, for example ib0
# SRL_CONTAINER=                            # an Apptainer image; the programs run in it
# SRL_CONTAINER_OPTIONS=                    # for example --nv
# SRL_CONTAINER_COMMAND=apptainer           # the command that runs the image

# SRL_LOGS=logs                             # folder of the logs
# SRL_PREFLIGHT=on                          # off skips the check before each job
# SRL_MAX_MOVES=3                           # how often a job leaves bad nodes
# SRL_REQUEUE=requeue                       # successor: a new job instead, for sites without requeue
# SRL_MAX_REQUEUES=100                      # how often a job is requeued after a save
# SRL_SUCCESSOR_OPTIONS=                    # more options of sbatch for successors
# SRL_STAGE=off                             # on: copy models and shards to the node before the job
# SRL_SCRATCH=                              # folder for the copies; default: TMPDIR
