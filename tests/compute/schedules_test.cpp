// Kernels on the emulated GPU: equal bits under every schedule of threads and in every order of work.
#include "compute/norm_case.hpp"
#include "device/emulated.hpp"

namespace srl::compute::testing {
namespace {

template <class T, class Run>
void expect_equal_bits(const T& of, std::uint64_t schedules, const Run& run) {
  device::emulated::set_order(device::emulated::Order::eager, 0);
  const auto expected = run(of);
  for (std::uint64_t seed = 1; seed <= schedules; ++seed) {
    device::emulated::set_order(device::emulated::Order::random, seed);
    EXPECT_TRUE(run(of) == expected) << "seed " << seed;
  }
}

TEST_F(NormOnAGpu, EverySchedulesBitsAreEqual) {
  const auto run = [&](const auto& of) { return norm(of); };
  expect_equal_bits(NormCase<float>(7, 24), 16, run);
  expect_equal_bits(NormCase<device::Bf16>(130, 33), 16, run);
#ifndef SRL_CHECKED
  expect_equal_bits(NormCase<device::Bf16>(3, 896), 2, run);
#endif
}

}  // namespace
}  // namespace srl::compute::testing
