// The similarity kernel on the emulated GPU: the same results under every schedule of threads and in every
// order of work.
#include "device/emulated.hpp"
#include "reward/on_a_gpu.hpp"
#include "reward/random_groups.hpp"

namespace srl::reward::testing {
namespace {

TEST_F(OnAGpu, EveryScheduleGivesTheSameResults) {
  const std::vector<SymbolGroup> groups = random_groups(20, 7);
  ThreadPool pool(1);
  const std::vector<double> expected = ratios_one_by_one(groups, {});
  const auto match = [&](const CodedBatch& part) { return matched_on_gpu(part, stream(), workspace()); };
  const std::uint64_t kernels_before = device::emulated::figures().kernels;
  for (std::uint64_t seed = 0; seed <= 16; ++seed) {
    device::emulated::set_order(device::emulated::Order::random, seed);
    EXPECT_EQ(similarity_in_parts(groups, {}, pool, match, workspace().size()).ratios, expected) << seed;
  }
  EXPECT_EQ(device::emulated::figures().kernels, kernels_before + 17);
  device::emulated::set_order(device::emulated::Order::random, 1);
}

}  // namespace
}  // namespace srl::reward::testing
