// The devices that ranks get when they ask for them together, on any machine, with or without GPUs.
#include "job/devices.hpp"

#include <gmock/gmock.h>

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

TEST(Devices, AutoAndCpuPassAndCudaIsRefusedOnEveryRankForNow) {
  EXPECT_NO_THROW(settle_on_cpu({.device = device::DeviceChoice::automatic}, test_world()));
  EXPECT_NO_THROW(settle_on_cpu({.device = device::DeviceChoice::cpu}, test_world()));
  try {
    settle_on_cpu({.device = device::DeviceChoice::cuda}, test_world());
    ADD_FAILURE() << "cuda was accepted";
  } catch (const BadOption& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("device"));
    EXPECT_THAT(error.what(), testing::HasSubstr("nswers are generated on the CPU so far, in every build: "
                                                 "use --device auto or cpu"));
    if (device::visible_gpus().empty()) {
      EXPECT_THAT(error.what(), testing::AnyOf(testing::HasSubstr("this build has no CUDA"),
                                               testing::HasSubstr("no GPU is visible on this node")));
    }
  }
}

}  // namespace
}  // namespace srl::job
