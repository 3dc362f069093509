#pragma once
// A GPU for each rank of a test, real or emulated. Tests are skipped if there are too few.
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/communicator.hpp"
#include "device/device.hpp"
#include "device/graph.hpp"
#include "device/memory.hpp"
#include "support/mpi_main.hpp"

namespace srl::comm::testing {

/// This rank's GPU, or the CPU on all ranks if some rank has no GPU of its own.
inline device::Device own_gpu(const Communicator& world) {
  const Communicator node = world.ranks_on_this_node();
  std::vector<std::string> mine;
  for (const device::Gpu& gpu : device::visible_gpus()) { mine.push_back(gpu.bus); }
  device::Buses buses;
  for (const std::string& text : node.all_gather(join(mine, "\n"))) {
    buses.push_back(text.empty() ? std::vector<std::string>{} : split(text, '\n'));
  }
  device::Device device;
  try {
    device = device::choose({.device = device::DeviceChoice::cuda}, node.rank(), buses);
  } catch (const BadOption&) {}  // fewer GPUs than ranks
  const bool all = world.all_reduce(std::int64_t{device.kind == device::Kind::cuda}, Reduce::min) == 1;
  return all ? device : device::Device{};
}

class EachOnItsGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    device_ = own_gpu(world_);
    if (device_.kind == device::Kind::cpu) {
      GTEST_SKIP() << "needs a GPU for each of " << world_.size() << " ranks (and a build with GPUs)";
    }
    world_.use_device(device_);
  }
  Communicator world_ = test_world();
  int rank_ = world_.rank(), size_ = world_.size();
  device::Device device_;
};

}  // namespace srl::comm::testing
