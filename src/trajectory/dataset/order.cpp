#include "trajectory/dataset/order.hpp"

#include <bit>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"

namespace srl::trajectory {

std::int64_t permuted(std::uint64_t seed, std::int64_t epoch, std::int64_t position, std::int64_t size) {
  if (position < 0 || position >= size) { throw Bug(cat("position ", position, " of ", size)); }
  const std::uint64_t count = size;
  const int half = (std::bit_width(count - 1) + 1) / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  std::uint64_t value = position;
  do {
    std::uint64_t left = value >> half, right = value & mask;
    for (std::uint32_t round = 0; round < 4; ++round) {
      const Philox words = random_words(seed, RandomStream::order, epoch, round, right);
      const std::uint64_t next = left ^ (words.words[0] & mask);
      left = right;
      right = next;
    }
    value = (left << half) | right;
  } while (value >= count);
  return value;
}

}  // namespace srl::trajectory
