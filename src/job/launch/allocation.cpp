#include "job/launch/allocation.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "job/status_file.hpp"

namespace srl::job {
namespace {

/// The whole number at the start of a variable ("4", "4(x2)", "4,2"); 0 if there is none.
long number_in(const char* variable) {
  return std::max(0L, std::strtol(environment_word(variable).c_str(), nullptr, 10));
}

/// A second launcher inside the step (mpirun -n 1) may start a single rank on purpose.
bool launched_alone() {
  for (const char* size : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (environment_word(size) == "1") { return true; }
  }
  return false;
}

}  // namespace

std::string batch_job() {
  const std::string array = environment_word("SLURM_ARRAY_JOB_ID"),
                    task = environment_word("SLURM_ARRAY_TASK_ID");
  return array.empty() || task.empty() ? environment_word("SLURM_JOB_ID") : cat(array, "_", task);
}

void refuse_worlds_of_one(const comm::Communicator& world) {
  const long tasks = number_in("SLURM_STEP_NUM_TASKS");
  if (world.size() != 1 || tasks <= 1 || launched_alone()) { return; }
  throw EnvironmentError(cat(
      "srun started ", counted(tasks, "task"),
      ", but each of them is alone: MPI does not see the others (task ",
      environment_word("SLURM_PROCID", "?"), ", --mpi=", environment_word("SLURM_MPI_TYPE", "?"),
      "); start them with the right --mpi, for example srun --mpi=pmix (srun --mpi=list shows the choices)"));
}

int allotted_threads(int ranks_on_node) {
  long threads = number_in("SLURM_CPUS_PER_TASK");
  if (threads == 0 && number_in("SLURM_CPUS_ON_NODE") > 0) {
    threads = std::max(1L, number_in("SLURM_CPUS_ON_NODE") / std::max(1, ranks_on_node));
  }
  const long wanted = number_in("OMP_NUM_THREADS");
  if (wanted > 0) { threads = threads == 0 ? wanted : std::min(threads, wanted); }
  return static_cast<int>(std::min(threads, 4096L));
}

int allotted_cores(int ranks_on_node) {
  const long per_rank = number_in("SLURM_CPUS_PER_TASK");
  const long cores = per_rank > 0 ? per_rank * ranks_on_node : number_in("SLURM_CPUS_ON_NODE");
  return static_cast<int>(std::min(cores, 65536L));
}

}  // namespace srl::job
