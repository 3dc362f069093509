#include "device/device.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/back_end/back_end.hpp"

namespace srl::device {

std::string_view back_end_name() {
  return back_end::name();
}

std::string Device::name() const {
  return kind == Kind::cpu ? "cpu" : cat(back_end::name(), ":", index);
}

std::vector<Gpu> visible_gpus() {
  return back_end::gpus();
}

void make_current(const Device& device) {
  if (device.kind == Kind::cuda) { back_end::make_current(device.index); }
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

std::vector<int> share_out(const Buses& buses) {
  std::set<std::string> cards;
  for (const auto& seen : buses) { cards.insert(seen.begin(), seen.end()); }
  std::map<std::string, std::size_t> owner;
  for (std::size_t r = 0; r < buses.size(); ++r) {
    std::set<std::string> tried;
    if (place(r, buses, owner, tried)) { continue; }
    throw BadOption(cat("device: ", counted(buses.size(), "rank"), " on a node with ", cards.size(),
                        " visible GPUs (local rank ", r, " sees ", buses[r].size(),
                        "), but each rank needs its own GPU; start fewer ranks per node"));
  }
  std::vector<int> indices;
  for (std::size_t r = 0; r < buses.size(); ++r) {
    const auto own = std::find_if(buses[r].begin(), buses[r].end(), [&](const std::string& bus) {
      const auto found = owner.find(bus);
      return found != owner.end() && found->second == r;
    });
    indices.push_back(static_cast<int>(own - buses[r].begin()));
  }
  return indices;
}

namespace {

std::string why_no_gpu(const back_end::Driver& driver) {
  const auto version = [](int number) { return cat(number / 1000, ".", number % 1000 / 10); };
  if (driver.supported == 0) {
    return "this node has no NVIDIA driver; start the job on a node with GPUs, or set device = cpu";
  }
  if (!driver.suffices()) {
    return cat("this node's NVIDIA driver supports CUDA ", version(driver.supported),
               ", but this build needs ", version(driver.needed),
               "; ask for a newer driver, or build with an older CUDA Toolkit");
  }
  return "no GPU is visible on this node; check CUDA_VISIBLE_DEVICES and the GPUs that the job asked for";
}

}  // namespace

Device choose(const DeviceOptions& options, int local_rank, const Buses& buses) {
  const bool asked_for = options.device == DeviceChoice::cuda;
  if (options.device == DeviceChoice::cpu || (!asked_for && back_end::name() != "cuda")) { return {}; }
  if (back_end::name() == "none") {
    throw BadOption("device = cuda: this build has no CUDA; build with the preset cuda-release");
  }
  if (std::all_of(buses.begin(), buses.end(), [](const auto& seen) { return seen.empty(); })) {
    if (asked_for) { throw BadOption(cat("device = cuda: ", why_no_gpu(back_end::driver()))); }
    return {};
  }
  return {Kind::cuda, share_out(buses)[local_rank]};
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
