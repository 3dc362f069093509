#include "job/devices.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::job {

FoundDevice find_device(const device::DeviceOptions& options, const comm::Communicator& world) {
  const comm::Communicator node = world.ranks_on_this_node();
  FoundDevice found;
  std::vector<device::Gpu> gpus;
  std::vector<std::string> buses;
  try {
    gpus = device::visible_gpus();
  } catch (const EnvironmentError& error) { found.trouble = error.what(); }
  for (const device::Gpu& gpu : gpus) { buses.push_back(gpu.bus); }
  std::vector<std::vector<std::string>> seen;
  for (const std::string& text : node.all_gather(join(buses, "\n"))) {
    seen.push_back(text.empty() ? std::vector<std::string>{} : split(text, '\n'));
  }
  if (!found.trouble.empty()) { return found; }
  try {
    found.device = device::choose(options, node.rank(), seen);
  } catch (const BadOption& error) {
    found.trouble = error.what();
    return found;
  }
  if (found.device.kind == device::Kind::cuda) {
    const device::Gpu& gpu = gpus.at(static_cast<std::size_t>(found.device.index));
    found.gpu = cat(gpu.model, ", ", human_bytes(static_cast<double>(gpu.bytes)));
  }
  return found;
}

namespace {

/// Collective. The trouble of the first rank that has one.
std::string first_trouble(const FoundDevice& mine, const comm::Communicator& world) {
  const std::vector<std::string> troubles = world.all_gather(mine.trouble);
  for (std::size_t r = 0; r < troubles.size(); ++r) {
    if (troubles[r].empty()) { continue; }
    return cat(troubles[r], world.size() > 1 ? cat(" (rank ", r, ")") : "");
  }
  return {};
}

void check_dtype(const device::DeviceOptions& options, const device::Device& device) {
  const bool on_gpu = device.kind == device::Kind::cuda;
  if (on_gpu && options.dtype == device::DtypeChoice::fp64) {
    throw BadOption("dtype = fp64 is computed on a CPU: use --device cpu");
  }
  if (!on_gpu && options.dtype == device::DtypeChoice::bf16) {
    throw BadOption("dtype = bf16 needs a GPU; on a CPU use fp32");
  }
}

}  // namespace

FoundDevice settle(const device::DeviceOptions& options, const comm::Communicator& world) {
  FoundDevice mine = find_device(options, world);
  const std::string trouble = first_trouble(mine, world);
  if (!trouble.empty()) { throw BadOption(trouble); }
  check_dtype(options, mine.device);
  return mine;
}

}  // namespace srl::job
