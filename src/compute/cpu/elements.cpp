#include "compute/elements.hpp"

#include <algorithm>
#include <cmath>

#include "compute/loops.hpp"

namespace srl::compute {
namespace {

constexpr std::int64_t grain = 16384;

void check_lengths(std::size_t from, std::size_t to) {
  if (from != to) {
    throw Bug("conversion of " + std::to_string(from) + " elements to " + std::to_string(to));
  }
}

}  // namespace

void convert(std::span<const float> from, std::span<device::Bf16> to) {
  check_lengths(from.size(), to.size());
  parallel_for(std::ssize(from), grain, [&](std::int64_t begin, std::int64_t end) {
    std::transform(from.data() + begin, from.data() + end, to.data() + begin, device::to_bf16);
  });
}

void convert(std::span<const device::Bf16> from, std::span<float> to) {
  check_lengths(from.size(), to.size());
  parallel_for(std::ssize(from), grain, [&](std::int64_t begin, std::int64_t end) {
    std::transform(from.data() + begin, from.data() + end, to.data() + begin, device::to_float);
  });
}

bool all_finite(std::span<const float> x) {
  return std::ranges::all_of(x, [](float value) { return std::isfinite(value); });
}

}  // namespace srl::compute
