#include "device/device.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/strings.hpp"

#ifdef SRL_WITH_CUDA
#include <cuda_runtime_api.h>
#endif

namespace srl::device {
namespace {

#ifdef SRL_WITH_CUDA
constexpr bool built_with_cuda = true;
#else
constexpr bool built_with_cuda = false;
#endif

}  // namespace

std::string Device::name() const {
  return kind == Kind::cpu ? "cpu" : cat("cuda:", index);
}

std::vector<Gpu> visible_gpus() {
  std::vector<Gpu> gpus;
#ifdef SRL_WITH_CUDA
  int count = 0;
  if (cudaGetDeviceCount(&count) != cudaSuccess) {
    return gpus;  // no driver, or nothing visible
  }
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties{};
    std::array<char, 32> bus{};
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess ||
        cudaDeviceGetPCIBusId(bus.data(), std::ssize(bus), i) != cudaSuccess) {
      throw EnvironmentError(cat("GPU ", i, " does not answer: ", cudaGetErrorString(cudaGetLastError())));
    }
    gpus.push_back({bus.data(), properties.name, properties.totalGlobalMem});
  }
#endif
  return gpus;
}

namespace {

/// Assigns a free card to rank `r`. If none of its cards is free, it moves earlier ranks to other cards that
/// they see (Kuhn's augmenting paths).
bool place(std::size_t r, const std::vector<std::vector<std::string>>& buses,
           std::map<std::string, std::size_t>& owner, std::set<std::string>& tried) {
  for (const std::string& bus : buses[r]) {
    if (owner.try_emplace(bus, r).second) { return true; }
  }
  for (const std::string& bus : buses[r]) {
    if (!tried.insert(bus).second) { continue; }
    if (place(owner.at(bus), buses, owner, tried)) {
      owner[bus] = r;
      return true;
    }
  }
  return false;
}

}  // namespace

Device choose(const DeviceOptions& options, int local_rank,
              const std::vector<std::vector<std::string>>& buses) {
  if (options.device == DeviceChoice::cpu) { return {}; }
  if (options.device == DeviceChoice::cuda && !built_with_cuda) {
    throw BadOption("device = cuda: this build has no CUDA; build with the preset cuda-release");
  }
  std::set<std::string> cards;
  for (const auto& seen : buses) { cards.insert(seen.begin(), seen.end()); }
  if (cards.empty()) {
    if (options.device == DeviceChoice::cuda) {
      throw BadOption(
          "device = cuda: no GPU is visible on this node; check the driver and CUDA_VISIBLE_DEVICES");
    }
    return {};
  }
  std::map<std::string, std::size_t> owner;
  for (std::size_t r = 0; r < buses.size(); ++r) {
    std::set<std::string> tried;
    if (place(r, buses, owner, tried)) { continue; }
    throw BadOption(cat("device: ", buses.size(), " ranks on a node with ", cards.size(),
                        " visible GPUs (local rank ", r, " sees ", buses[r].size(),
                        "), but each rank needs its own GPU; start fewer ranks per node"));
  }
  const auto& mine = buses[local_rank];
  const auto own = std::find_if(mine.begin(), mine.end(), [&](const std::string& bus) {
    const auto found = owner.find(bus);
    return found != owner.end() && found->second == static_cast<std::size_t>(local_rank);
  });
  return {Kind::cuda, static_cast<int>(own - mine.begin())};
}

MemoryFigures process_memory() {
  MemoryFigures figures;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kilobytes = 0;
    words >> name >> kilobytes;
    if (name == "VmRSS:") { figures.resident = kilobytes * 1024; }
    if (name == "VmHWM:") { figures.peak = kilobytes * 1024; }
  }
  return figures;
}

}  // namespace srl::device
