#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <span>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "base/thread_pool.hpp"
#include "base/version.hpp"
#include "comm/version.hpp"
#include "device/available_memory.hpp"
#include "evaluation/model_content.hpp"
#include "job/devices.hpp"
#include "jobs/check/checks.hpp"
#include "store/hdf5.hpp"

namespace srl::check {

Setup make_setup(const job::Context& context, const jobs::CheckOptions& options) {
  return {context, options, context.world.all_gather(host_name())};
}

Row check_threads(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  std::vector<int> threads;
  for (const std::string& text : world.all_gather(std::to_string(setup.context.threads))) {
    threads.push_back(std::stoi(text));
  }
  return judge_threads(setup.hosts, world.all_gather(affinity_mask()), threads);
}

Row check_clocks(const Setup& setup) {
  // Ranks leave a barrier at nearly the same time, but a busy rank may be late. So the smallest difference of
  // several rounds counts.
  constexpr int rounds = 10;
  const comm::Communicator& world = setup.context.world;
  std::vector<double> apart(setup.hosts.size(), std::numeric_limits<double>::infinity());
  for (int round = 0; round < rounds; ++round) {
    world.barrier();
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const std::vector<std::string> all = world.all_gather(std::to_string(now));
    for (std::size_t r = 0; r < all.size(); ++r) {
      const double difference = static_cast<double>(std::stoll(all[r]) - std::stoll(all[0])) * 1e-6;
      if (std::abs(difference) < std::abs(apart[r])) { apart[r] = difference; }
    }
  }
  return judge_clocks(setup.hosts, apart, setup.options.max_skew_seconds);
}

Row check_versions(const Setup& setup) {
  const std::string mpi = comm::mpi_version();  // Open MPI appends its origin to the number
  std::vector<std::string> mine{"srl=" + code_version(), "compiler=" + compiler_version(),
                                "MPI=" + mpi.substr(0, mpi.find(',')), "HDF5=" + store::hdf5_version(),
                                "NCCL=" + comm::nccl_version()};
  for (const auto& [name, version] : base_library_versions()) { mine.push_back(cat(name, "=", version)); }
  std::vector<std::map<std::string, std::string>> versions;
  for (const std::string& text : setup.context.world.all_gather(join(mine, "\n"))) {
    auto& of_rank = versions.emplace_back();
    for (const std::string& line : split(text, '\n')) {
      const std::size_t equals = line.find('=');
      of_rank[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  return judge_versions(setup.hosts, versions);
}

Row check_memory(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const auto ranks_here = static_cast<double>(world.ranks_on_this_node().size());
  const std::uint64_t slurm = device::allotted_by_slurm(), all = device::available_memory();
  const std::string source = slurm <= all ? "Slurm's limit" : "what the machine or its cgroup leaves";
  std::vector<double> limits(setup.hosts.size(), 0.0);
  limits[static_cast<std::size_t>(world.rank())] = static_cast<double>(std::min(slurm, all)) / ranks_here;
  world.all_reduce(std::span(limits), comm::Reduce::sum);
  const training::Options& train = setup.options.train;
  double parameters = 0;
  try {
    if (!train.model.empty()) { parameters = static_cast<double>(evaluation::parameters_in(train.model)); }
  } catch (const Error&) { parameters = 0; }  // an unreadable model is named among the inputs
  parameters = world.all_reduce(parameters, comm::Reduce::max);
  // Weights, and in training gradients and two moments, all fp32. The moments are divided among the ranks.
  const double moments = train.training.zero_stage > 0 ? 8.0 / world.size() : 8.0;
  const double per_parameter = train.run.empty() ? 4.0 : 8.0 + moments;
  return judge_memory(setup.hosts, limits, world.all_gather(source), parameters * per_parameter);
}

Row check_gpus(const Setup& setup) {
  const job::FoundDevice mine = job::find_device(setup.options.train.device, setup.context.world);
  const std::vector<std::string> troubles = setup.context.world.all_gather(mine.trouble),
                                 gpus = setup.context.world.all_gather(mine.gpu);
  return judge_gpus(setup.hosts, troubles, gpus,
                    setup.options.train.device.device == device::DeviceChoice::automatic);
}

}  // namespace srl::check
