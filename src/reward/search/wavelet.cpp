#include "reward/search/wavelet.hpp"

#include <algorithm>
#include <bit>

namespace srl::reward {

std::int32_t WaveletMatrix::Level::ones(std::int32_t i) const {
  const std::uint32_t place = i, word = place / 64, rest = place % 64;
  const std::uint64_t masked = rest == 0 ? 0 : bits[word] & ((std::uint64_t{1} << rest) - 1);
  return ones_before[word] + std::popcount(masked);
}

WaveletMatrix::WaveletMatrix(std::vector<std::int32_t> values) {
  const std::int32_t largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  width_ = std::max<int>(1, std::bit_width<std::uint32_t>(largest));
  std::vector<std::int32_t> ones;
  for (int bit = width_ - 1; bit >= 0; --bit) {
    Level level;
    level.bits.assign(values.size() / 64 + 1, 0);
    level.ones_before.assign(values.size() / 64 + 1, 0);
    ones.clear();
    std::int32_t kept = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int32_t value = values[i];
      if ((value >> bit) & 1) {
        level.bits[i / 64] |= std::uint64_t{1} << (i % 64);
        ones.push_back(value);
      } else {
        values[kept++] = value;
      }
    }
    std::copy(ones.begin(), ones.end(), values.begin() + kept);
    level.zeros = kept;
    for (std::size_t w = 1; w < level.bits.size(); ++w) {
      level.ones_before[w] = level.ones_before[w - 1] + std::popcount(level.bits[w - 1]);
    }
    levels_.push_back(std::move(level));
  }
}

std::int32_t WaveletMatrix::count_below(std::int32_t begin, std::int32_t end, std::int32_t x) const {
  if (x >> width_) { return end - begin; }
  std::int32_t below = 0;
  for (int k = 0; k < width_; ++k) {
    const Level& level = levels_[k];
    const std::int32_t ones_begin = level.ones(begin), ones_end = level.ones(end);
    if ((x >> (width_ - 1 - k)) & 1) {
      below += (end - ones_end) - (begin - ones_begin);
      begin = level.zeros + ones_begin;
      end = level.zeros + ones_end;
    } else {
      begin -= ones_begin;
      end -= ones_end;
    }
  }
  return below;
}

std::int32_t WaveletMatrix::kth_smallest(std::int32_t begin, std::int32_t end, std::int32_t k) const {
  std::int32_t value = 0;
  for (const Level& level : levels_) {
    const std::int32_t ones_begin = level.ones(begin), ones_end = level.ones(end);
    const std::int32_t zeros = (end - ones_end) - (begin - ones_begin);
    value <<= 1;
    if (k < zeros) {
      begin -= ones_begin;
      end -= ones_end;
    } else {
      k -= zeros;
      value |= 1;
      begin = level.zeros + ones_begin;
      end = level.zeros + ones_end;
    }
  }
  return value;
}

std::int32_t WaveletMatrix::next_value(std::int32_t begin, std::int32_t end, std::int32_t x) const {
  const std::int32_t below = count_below(begin, end, x);
  return below == end - begin ? -1 : kth_smallest(begin, end, below);
}

}  // namespace srl::reward
