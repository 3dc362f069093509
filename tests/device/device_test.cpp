#include "device/device.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"

namespace srl::device {
namespace {

TEST(Device, TheCpuIsAlwaysThere) {
  EXPECT_EQ(choose({.device = "cpu"}, 3, 4).name(), "cpu");
}

TEST(Device, AutoTakesTheCpuWithoutAGpuAndCudaIsRefused) {
  if (gpu_count() > 0) GTEST_SKIP() << "this machine has a GPU";
  EXPECT_EQ(choose({.device = "auto"}, 0, 1).kind, Kind::cpu);
  EXPECT_THROW(choose({.device = "cuda"}, 0, 1), BadOption);
}

TEST(Device, PeakMemoryGrowsWithWhatIsTouched) {
  const MemoryFigures before = process_memory();
  EXPECT_GT(before.resident, 0u);
  std::vector<char> block(200u << 20, 1);
  EXPECT_GE(process_memory().peak, before.resident + block.size() / 2);
}

}  // namespace
}  // namespace srl::device
