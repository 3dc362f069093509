// The devices that ranks get when they ask for them together, on any machine, with or without GPUs.
#include "job/devices.hpp"

#include <gmock/gmock.h>

#include <set>

#include "base/error.hpp"
#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

TEST(Devices, TheCpuIsFoundByEveryRank) {
  const FoundDevice found = find_device({.device = device::DeviceChoice::cpu}, test_world());
  EXPECT_EQ(found.device.name(), "cpu");
  EXPECT_EQ(found.trouble, "");
  EXPECT_EQ(found.gpu, "");
}

TEST(Devices, EveryRankGetsAGpuOfItsOwnOrAllAreRefused) {
  EXPECT_NO_THROW(settle({.device = device::DeviceChoice::automatic}, test_world()));
  const device::DeviceOptions cuda{.device = device::DeviceChoice::cuda};
  try {
    const FoundDevice mine = settle(cuda, test_world());
    const std::vector<std::string> all = test_world().all_gather(mine.device.name());
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
    EXPECT_NE(mine.gpu, "");
  } catch (const BadOption& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("device"));
    EXPECT_THAT(error.what(), testing::AnyOf(testing::HasSubstr("this build has no CUDA"),
                                             testing::HasSubstr("no GPU is visible on this node"),
                                             testing::HasSubstr("each rank needs its own GPU")));
  }
}

TEST(Devices, ATypeThatTheDeviceLacksIsRefused) {
  const device::DeviceOptions on_cpu{.device = device::DeviceChoice::cpu, .dtype = device::DtypeChoice::bf16};
  EXPECT_THROW(settle(on_cpu, test_world()), BadOption);
}

}  // namespace
}  // namespace srl::job
