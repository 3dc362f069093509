#pragma once
// What the batch system and the launcher say about this process, in the environment. Used only inside this
// room.
#include <string>

#include "comm/communicator.hpp"

namespace srl::job {

/// The batch job as scancel and scontrol name it: "1234", or "1234_5" for a task of an array, because
/// SLURM_JOB_ID of the last task is the number of the whole array. Empty outside of Slurm.
std::string batch_job();

/// Throws EnvironmentError if srun started several tasks of which each forms a world of one rank: then MPI
/// and srun do not speak the same protocol, and every task would do the whole work.
void refuse_worlds_of_one(const comm::Communicator& world);

/// The largest number of threads for a rank that shares its node's allocation with `ranks_on_node` ranks
/// (itself included): SLURM_CPUS_PER_TASK or SLURM_CPUS_ON_NODE, and OMP_NUM_THREADS. 0 = nothing is said.
int allotted_threads(int ranks_on_node);

/// The cores of this node that the batch system gave to `ranks_on_node` ranks. 0 = nothing is said.
int allotted_cores(int ranks_on_node);

}  // namespace srl::job
