#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/host.hpp"
#include "base/strings.hpp"
#include "base/thread_pool.hpp"
#include "base/version.hpp"
#include "check/checks.hpp"
#include "comm/version.hpp"
#include "device/device.hpp"
#include "store/hdf5.hpp"

namespace srl::check {

Setup make_setup(const job::Context& context, const Options& options) {
  return {context, options, context.world.all_gather(host_name())};
}

Row check_threads(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  std::vector<int> threads;
  for (const std::string& text : world.all_gather(std::to_string(setup.context.threads))) threads.push_back(std::stoi(text));
  return judge_threads(setup.hosts, world.all_gather(affinity_mask()), threads);
}

Row check_clocks(const Setup& setup) {
  // Ranks leave a barrier within a moment of each other, but a busy rank may be late: the smallest difference of several counts.
  constexpr int rounds = 10;
  const comm::Communicator& world = setup.context.world;
  std::vector<double> apart(setup.hosts.size(), std::numeric_limits<double>::infinity());
  for (int round = 0; round < rounds; ++round) {
    world.barrier();
    const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const std::vector<std::string> all = world.all_gather(std::to_string(now));
    for (std::size_t r = 0; r < all.size(); ++r) {
      const double difference = static_cast<double>(std::stoll(all[r]) - std::stoll(all[0])) * 1e-6;
      if (std::abs(difference) < std::abs(apart[r])) apart[r] = difference;
    }
  }
  return judge_clocks(setup.hosts, apart, setup.options.max_skew_seconds);
}

Row check_versions(const Setup& setup) {
  std::vector<std::string> mine{"srl=" + code_version(), "compiler=" + compiler_version(), "MPI=" + comm::mpi_version(),
                                "HDF5=" + store::hdf5_version(), "NCCL=" + comm::nccl_version()};
  for (const auto& [name, version] : base_library_versions()) mine.push_back(cat(name, "=", version));
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

Row check_gpus(const Setup& setup) {
  const comm::Communicator node = setup.context.world.ranks_on_this_node();
  Row row{"GPUs", Result::ok, ""};
  std::string mine, trouble;
  std::vector<std::string> buses;
  try {
    for (const device::Gpu& gpu : device::visible_gpus()) {
      buses.push_back(gpu.bus);
      mine = cat(gpu.model, ", ", human_bytes(static_cast<double>(gpu.bytes)));
    }
  } catch (const EnvironmentError& error) {
    trouble = error.what();
  }
  std::vector<std::vector<std::string>> seen;
  for (const std::string& text : node.all_gather(join(buses, "\n"))) seen.push_back(text.empty() ? std::vector<std::string>{} : split(text, '\n'));
  try {
    const device::Device device = device::choose(setup.options.train.device, node.rank(), seen);
    if (trouble.empty() && device.kind == device::Kind::cpu) mine.clear();
  } catch (const BadOption& error) {
    trouble = trouble.empty() ? error.what() : trouble;
  }
  const std::vector<std::string> troubles = setup.context.world.all_gather(trouble), kinds = setup.context.world.all_gather(mine);
  std::map<std::string, std::set<int>> ranks_of;
  for (std::size_t r = 0; r < kinds.size(); ++r) {
    if (!troubles[r].empty()) {
      row.result = Result::failed;
      row.bad_ranks.insert(static_cast<int>(r));
    }
    ranks_of[!troubles[r].empty() ? troubles[r] : kinds[r].empty() ? "none used" : "one each: " + kinds[r]].insert(static_cast<int>(r));
  }
  std::vector<std::string> parts;
  for (const auto& [text, ranks] : ranks_of) parts.push_back(ranks_of.size() == 1 ? text : cat(text, " on ", name_ranks(ranks, setup.hosts)));
  row.found = join(parts, "; ");
  return row;
}

}  // namespace srl::check
