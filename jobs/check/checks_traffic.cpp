#include <algorithm>
#include <cmath>

#include "base/checksum.hpp"
#include "base/counted.hpp"
#include "base/strings.hpp"
#include "base/timer.hpp"
#include "comm/version.hpp"
#include "device/device.hpp"
#include "device/memory.hpp"
#include "job/devices.hpp"
#include "jobs/check/checks.hpp"

namespace srl::check {
namespace {

struct Sums {
  std::int64_t wrong = 0;  ///< elements in which the result of this rank is not the exact sum
  double rate = 0;         ///< MB/s: size of the buffer divided by the median time of a round
};

std::size_t elements_of(const jobs::CheckOptions& options) {
  return (options.quick ? std::size_t{1} : std::size_t{16}) << 20;
}
int rounds_of(const jobs::CheckOptions& options) {
  return options.quick ? 3 : 7;
}

/// All-reduces whole numbers far below 2^24, so that every order of summation gives the same float.
/// `reduce(values)` sums over `ranks` in place and returns the seconds it took.
template <class AllReduce>
Sums summed(const comm::Communicator& ranks, std::size_t elements, int rounds, const AllReduce& reduce) {
  const int size = ranks.size();
  std::vector<float> values(elements);
  std::vector<double> seconds;
  Sums result;
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < elements; ++i) {
      values[i] = static_cast<float>(i % 1021) + static_cast<float>(ranks.rank());
    }
    seconds.push_back(reduce(values));
    const float of_ranks = static_cast<float>(size) * static_cast<float>(size - 1) / 2;
    for (std::size_t i = 0; i < elements; ++i) {
      result.wrong += values[i] != static_cast<float>(i % 1021) * static_cast<float>(size) + of_ranks;
    }
  }
  std::sort(seconds.begin(), seconds.end());
  result.rate = static_cast<double>(elements * sizeof(float)) * 1e-6 / seconds[seconds.size() / 2];
  return result;
}

Sums summed_on_hosts(const comm::Communicator& ranks, const jobs::CheckOptions& options) {
  return summed(ranks, elements_of(options), rounds_of(options), [&](std::vector<float>& values) {
    ranks.barrier();
    const Timer timer;
    ranks.all_reduce(std::span(values), comm::Reduce::sum);
    return timer.seconds();
  });
}

std::set<int> ranks_with(const std::vector<double>& values) {
  std::set<int> ranks;
  for (std::size_t r = 0; r < values.size(); ++r) {
    if (values[r] > 0) { ranks.insert(static_cast<int>(r)); }
  }
  return ranks;
}

/// Gathers one number from every rank.
std::vector<double> gathered(const comm::Communicator& world, double mine) {
  std::vector<double> all(static_cast<std::size_t>(world.size()), 0.0);
  all[static_cast<std::size_t>(world.rank())] = mine;
  world.all_reduce(std::span(all), comm::Reduce::sum);
  return all;
}

std::string pattern(int from, int to, std::size_t bytes) {
  std::string text;
  const std::string seed = cat(from, ">", to);
  for (std::uint64_t i = 0; text.size() < bytes; ++i) {
    const std::uint64_t word = xxh3_64(seed, i);
    text.append(reinterpret_cast<const char*>(&word), sizeof word);
  }
  text.resize(bytes);
  return text;
}

}  // namespace

Row check_all_reduce(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const Sums mine = summed_on_hosts(world, setup.options);
  const std::set<int> wrong = ranks_with(gathered(world, static_cast<double>(mine.wrong)));
  Row row{"all-reduce", Result::ok, ""};
  row.found = cat(human_bytes(static_cast<double>(elements_of(setup.options) * sizeof(float))), " over ",
                  counted(world.size(), "rank"), ": ",
                  wrong.empty() ? "exact" : cat("WRONG sums on ", name_ranks(wrong, setup.hosts)), ", ",
                  rate_range({world.all_reduce(mine.rate, comm::Reduce::min)}));
  if (!wrong.empty()) {
    row.result = Result::failed;  // a wrong rank spoils the sums of all ranks; check_pairs finds it
  }
  return row;
}

Row check_node_all_reduce(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const comm::Communicator node = world.ranks_on_this_node();
  const Sums mine = summed_on_hosts(node, setup.options);
  Row row{"all-reduce, node", Result::ok, ""};
  row.bad_ranks = ranks_with(gathered(world, static_cast<double>(mine.wrong)));
  const std::vector<double> rates = gathered(world, node.size() > 1 ? mine.rate : 0.0);
  row.found =
      cat(row.bad_ranks.empty() ? "exact" : cat("WRONG sums on ", name_ranks(row.bad_ranks, setup.hosts)),
          ", ", ranks_with(rates).empty() ? "one rank per node" : rate_range(rates));
  const std::set<int> slow = slow_ranks(rates);
  if (!slow.empty()) {
    row.result = Result::warning;
    row.found += cat("; less than a fifth of the median on ", name_ranks(slow, setup.hosts));
  }
  if (!row.bad_ranks.empty()) { row.result = Result::failed; }
  return row;
}

/// Emulated GPUs are slow, and their speed says nothing about a network.
jobs::CheckOptions for_gpus(jobs::CheckOptions options) {
  options.quick = options.quick || device::back_end_name() == "emulated";
  return options;
}

std::string gpu_library() {
  return device::back_end_name() == "emulated" ? "emulated by MPI" : cat("NCCL ", comm::nccl_version());
}

Row check_device_all_reduce(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const job::FoundDevice mine = job::find_device(setup.options.train.device, world);
  const bool has_gpu = mine.trouble.empty() && mine.device.kind == device::Kind::cuda;
  Row row{"all-reduce, GPUs", Result::ok, ""};
  if (world.all_reduce(std::int64_t{has_gpu}, comm::Reduce::min) == 0) { return row; }
  const comm::Communicator group = world.duplicate();
  group.use_device(mine.device);
  const device::Stream stream(mine.device);
  const jobs::CheckOptions options = for_gpus(setup.options);
  const device::Buffer buffer(stream, elements_of(options) * sizeof(float));
  const device::Span<float> numbers = buffer.as<float>();
  const Sums sums = summed(group, elements_of(options), rounds_of(options), [&](std::vector<float>& values) {
    device::upload(stream, numbers, values);
    stream.wait();
    group.barrier();
    const Timer timer;
    group.all_reduce(numbers, comm::Reduce::sum, stream);
    stream.wait();
    const double seconds = timer.seconds();
    device::download(stream, std::span(values), numbers);
    return seconds;
  });
  const std::set<int> wrong = ranks_with(gathered(world, static_cast<double>(sums.wrong)));
  row.found = cat(gpu_library(), " over ", counted(world.size(), "GPU"), ": ",
                  wrong.empty() ? "exact" : cat("WRONG sums on ", name_ranks(wrong, setup.hosts)), ", ",
                  rate_range({world.all_reduce(sums.rate, comm::Reduce::min)}));
  if (!wrong.empty()) { row.result = Result::failed; }
  return row;
}

Row check_pairs(const Setup& setup) {
  const comm::Communicator& world = setup.context.world;
  const std::size_t bytes = world.size() <= 64 ? 65536 : 4096;
  std::vector<std::string> blobs;
  for (int to = 0; to < world.size(); ++to) { blobs.push_back(pattern(world.rank(), to, bytes)); }
  const std::vector<std::string> received = world.all_to_all(blobs);
  std::vector<std::string> damaged;
  for (int from = 0; from < world.size(); ++from) {
    if (received[static_cast<std::size_t>(from)] != pattern(from, world.rank(), bytes)) {
      damaged.push_back(std::to_string(from));
    }
  }
  std::vector<std::vector<int>> wrong;
  std::size_t count = 0;
  for (const std::string& text : world.all_gather(join(damaged, " "))) {
    auto& of_rank = wrong.emplace_back();
    if (text.empty()) { continue; }
    for (const std::string& number : split(text, ' ')) { of_rank.push_back(std::stoi(number)); }
    count += of_rank.size();
  }
  Row row{"messages", Result::ok,
          cat("every rank to every rank, ", human_bytes(static_cast<double>(bytes)), " each: intact")};
  if (count > 0) {
    row.result = Result::failed;
    row.bad_ranks = blamed_for_pairs(wrong);
    row.found = cat(count, " messages arrived damaged; most of them to or from ",
                    name_ranks(row.bad_ranks, setup.hosts));
  }
  return row;
}

}  // namespace srl::check
