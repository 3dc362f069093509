#!/usr/bin/env bash
# What differs between sites: GPUs per rank, fabrics, containers, the site files of slurm/, and successors that keep the
# resources of their job. The nodes have GPUs in name only, and stand-ins write down how they were started.
#   sites.sh BUILD_FOLDER
source "$(dirname "$0")/cluster.sh"
export SLURM_EMU_MEM=600000 SLURM_EMU_PARTITIONS="boost_usr_prod booster"
cluster_up 2 128 4

# Stand-ins for the programs: each rank writes a line, then runs the program itself.
mkdir "$U/bin" "$U/path"
for program in "$BIN"/srl_*; do
  printf '#!/bin/bash\nprintf "%%s\\n" "%s $SLURMD_NODENAME $SLURM_PROCID cuda=${CUDA_VISIBLE_DEVICES-all} cores=$SLURM_CPUS_PER_TASK pml=$OMPI_MCA_pml net=$NCCL_NET if=$NCCL_SOCKET_IFNAME" >>"%s/started"\nexec "%s" "$@"\n' \
    "$(basename "$program")" "$U" "$program" >"$U/bin/$(basename "$program")"
done
printf '#!/bin/bash\necho "$*" >>"%s/modules"\n' "$U" >"$U/path/module"
# Apptainer in one line: it drops its options and the image, and finds the programs of the image in the build.
cat >"$U/path/apptainer" <<EOF
#!/bin/bash
echo "\$*" >>"$U/apptainer"
[[ \$1 == exec ]] || exit 9
while [[ \$1 != *.sif ]]; do shift; done
exec "\${2/#\/opt\/srl\/build\/$SRL_PRESET\/bin/$BIN}" "\${@:3}"
EOF
chmod +x "$U"/bin/* "$U"/path/*
export PATH="$U/path:$PATH"
site() { printf '%s\n' "SRL_BIN=$U/bin" "$@" >"$U/site.sh"; export SRL_SITE=$U/site.sh; }
train() { rm -f "$U/started"; a=$(submit "$@" "${TRAIN[@]}" --training.updates 2); ends_as "$a" COMPLETED; }
ranks_of() { grep "^$1 " "$U/started" | cut -d' ' -f2- | sort; }   # ranks_of PROGRAM: how its ranks were started
# MPI between the emulated nodes has no fabric.
NO_FABRIC='unset OMPI_MCA_mtl; export OMPI_MCA_pml=ob1'

# One GPU per rank: each rank sees its own, and as many cores as it asked for; two jobs on a node do not share a GPU.
site
train -N 2 --ntasks-per-node=2 -n 4 --gpus-per-task=1 --cpus-per-task=8 --mem-per-cpu=1000M "$SLURM/srl_train.sh" --run "$U/gpus"
[[ $(ranks_of srl_train | grep -c 'cores=8') -eq 4 && $(ranks_of srl_train | cut -d' ' -f1,3 | sort -u | wc -l) -eq 4 ]] || fail "GPUs per rank: $(ranks_of srl_train)"
ranks_of srl_check | grep -q 'cuda=[0-9]' || fail "srl_check saw no GPUs: $(ranks_of srl_check)"
train -N 1 -n 4 --gpus-per-node=4 "$SLURM/srl_train.sh" --run "$U/all_gpus"
[[ $(ranks_of srl_train | grep -c 'cuda=0,1,2,3') -eq 4 ]] || fail "not all GPUs for all ranks: $(ranks_of srl_train)"
printf '[experiment]\nmodel = m\ndata = d\n[sbatch]\ngpus-per-task = 1\nntasks-per-node = 4\n[srl]\nsbatch.nodes = 2\nsbatch.ntasks = 8\nsbatch.constraint = gpu\nsbatch.exclusive =\n' >"$U/gpu.ini"
(cd "$U" && as_user "$SLURM/pipeline.sh" gpu.ini --dry_run) >"$U/lines"
grep -q -- '--gpus-per-task=1 --ntasks-per-node=4 --nodes=2 --ntasks=8 --constraint=gpu --exclusive ' "$U/lines" || fail "$(cat "$U/lines")"
passed "one GPU per rank, or all of the node for each"

# Fabrics: their variables reach the ranks; a variable of the site counts; a wrong name is an error.
site 'SRL_FABRIC=infiniband' 'export OMPI_MCA_pml=ob1'
train -n 2 "$SLURM/srl_train.sh" --run "$U/infiniband"
ranks_of srl_train | grep -q 'pml=ob1 net=IB if=ib$' || fail "$(ranks_of srl_train)"
site 'SRL_FABRIC=ethernet' 'SRL_INTERFACE=lo'
for launcher in srun mpirun; do
  SRL_LAUNCHER=$launcher train -N 2 -n 2 "$SLURM/srl_train.sh" --run "$U/$launcher"
  [[ $(ranks_of srl_train | grep -c 'pml=ob1 net=Socket if=lo$') -eq 2 ]] || fail "$launcher: $(ranks_of srl_train)"
done
site 'SRL_FABRIC=token_ring'
a=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --run "$U/none")
ends_as "$a" FAILED
says "$a" 'infiniband, slingshot or ethernet'
passed "fabrics, under srun and mpirun"

# A container: every program runs in it, also when this machine has no build; a missing image or command is named.
site 'SRL_BIN=' "SRL_CONTAINER=$U/image.sif" 'SRL_CONTAINER_OPTIONS="--nv --bind /scratch"'
a=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --training.updates 2 --run "$U/container")
ends_as "$a" FAILED
says "$a" 'there is no image'
touch "$U/image.sif"
train "$SLURM/srl_train.sh" --run "$U/container"
status_is "$U/container" finished
grep -q "^exec --nv --bind /scratch $U/image.sif /opt/srl/build/$SRL_PRESET/bin/srl_check --quick" "$U/apptainer" &&
  grep -q "^exec --nv --bind /scratch $U/image.sif /opt/srl/build/$SRL_PRESET/bin/srl_train " "$U/apptainer" || fail "$(cat "$U/apptainer")"
a=$(submit "$SLURM/srl_report.sh" --run "$U/container")
ends_as "$a" COMPLETED
grep -q 'bin/srl_report ' "$U/apptainer" || fail "srl_report did not run in the container: $(cat "$U/apptainer")"
site 'SRL_BIN=' "SRL_CONTAINER=$U/image.sif" 'SRL_CONTAINER_COMMAND=singularity'
a=$(submit "$SLURM/srl_train.sh" "${TRAIN[@]}" --run "$U/none")
ends_as "$a" FAILED
says "$a" 'needs singularity, which is not in PATH'
passed "a container: $(head -n 1 "$U/apptainer" | cut -c 1-90)"

# The site files: their line of sbatch options and their settings run here, one GPU or all GPUs of the node per rank.
for file in "$SLURM"/site_{leonardo,juwels_booster,perlmutter}.sh; do
  name=$(basename "$file" .sh)
  read -ra options <<<"$(sed -n 's/^# sbatch //p' "$file")"
  [[ ${#options[@]} -gt 5 ]] || fail "$file has no line of sbatch options"
  rm -f "$U/modules"
  sed 's/^# \(module\|SRL_STAGE\)/\1/; s|\$LOCALSCRATCH|/dev/shm|' "$file" >"$U/as_is.sh"   # with everything that is optional
  site "source '$U/as_is.sh'" "$NO_FABRIC" "SRL_BIN=$U/bin"
  train "${options[@]}" "$SLURM/srl_train.sh" --run "$U/$name"
  status_is "$U/$name" finished
  [[ $(ranks_of srl_train | wc -l) -eq 8 && $(ranks_of srl_train | grep -cE "cuda=(0,1,2,3|all)") -eq 8 ]] || fail "$name: $(ranks_of srl_train)"
  grep -q load "$U/modules" || fail "$name loads no modules"
  passed "$name: $(ranks_of srl_train | head -n 1)"
done

# A successor has the resources of its job, and there are at most SRL_MAX_REQUEUES of them.
site
updates $ENDLESS next
begin_next() { SRL_REQUEUE=successor SRL_MAX_REQUEUES=1 SRL_SUCCESSOR_OPTIONS=--comment=next submit "$@" "$SLURM/srl_train.sh" "${TRAIN[@]}" --config "$U/next.ini" --run "$U/next"; }
job=$(begin_next -N 2 -n 4 --ntasks-per-node=2 --gres=gpu:2 --constraint=gpu --exclusive --mem-per-cpu=3G --output="$U/mine.log")
wait_for "$job" has_updates "$U/next" 3
timeout 120 scancel --signal=USR1 --batch "$job"
ends_as "$job" COMPLETED
next=$(grep -o 'job [0-9]* resumes it' "$U/mine.log" | tr -dc 0-9)
for fact in Features=gpu TresPerNode=gres:gpu:2 OverSubscribe=NO NumTasks=4 MinMemoryCPU=3G Comment=next "StdOut=$U/mine.log"; do
  timeout 60 scontrol show job "$next" | grep -q "$fact" || fail "the successor lacks $fact: $(timeout 60 scontrol show job "$next")"
done
wait_for "$next" grep -q 'resumed from' "$U/mine.log"
now=$(updates_of "$U/next")
wait_for "$next" has_updates "$U/next" $((now + 2))
timeout 120 scancel --signal=USR1 --batch "$next"
ends_as "$next" FAILED
grep -q 'not requeued, because it was requeued 1 times already' "$U/mine.log" || fail "$(tail "$U/mine.log")"
passed "a successor has the resources of its job, and successors are counted"
