#pragma once
// Equal bits in every run: on the emulated GPU under different schedules of threads and in different orders
// of work, on a card in several runs.
#include <cstdint>

#include "compute/kernel_test.hpp"
#ifdef SRL_EMULATED
#include "device/emulated.hpp"
#endif

namespace srl::compute::testing {

// Reports of every access, or of the address sanitizer, make a schedule many times slower.
#if (defined(SRL_CHECKED) || defined(__SANITIZE_ADDRESS__)) && !defined(SRL_EVERY_SHAPE)
constexpr std::uint64_t many_schedules = 3;
#else
constexpr std::uint64_t many_schedules = 16;
#endif
/// For large shapes, such as the widths of models.
constexpr std::uint64_t few_schedules = every_shape ? many_schedules : 2;
constexpr std::uint64_t schedules_of(bool is_small) {
  return is_small ? many_schedules : few_schedules;
}

/// Calls run() under `schedules` schedules and expects the same result.
template <class Run>
void expect_equal_bits(std::uint64_t schedules, const Run& run) {
#ifdef SRL_EMULATED
  device::emulated::set_order(device::emulated::Order::eager, 0);
  const auto expected = run();
  for (std::uint64_t seed = 1; seed <= schedules; ++seed) {
    device::emulated::set_order(device::emulated::Order::random, seed);
    EXPECT_TRUE(run() == expected) << "seed " << seed;
  }
#else
  const auto expected = run();
  for (std::uint64_t again = 1; again <= schedules; ++again) { EXPECT_TRUE(run() == expected); }
#endif
}

}  // namespace srl::compute::testing
