#include "data_prep/chunk/near_duplicates.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/checksum.hpp"
#include "base/host_device.hpp"

namespace srl::data_prep {
namespace {

constexpr std::size_t hashes = band_count * rows_per_band, least_agreeing = 12;
constexpr double least_jaccard = 0.7;

/// The hash of the word that begins at `at`. Moves `at` to the end of the word (a space or the end of the
/// text). Reads eight bytes at a time.
std::uint64_t take_word(std::string_view text, std::size_t& at) {
  constexpr std::uint64_t ones = 0x0101010101010101ull, blanks = 0x2020202020202020ull,
                          highs = 0x8080808080808080ull;
  const std::size_t begin = at;
  std::uint64_t hash = 0;
  for (bool more = true; more;) {
    const std::size_t left = text.size() - at;
    std::uint64_t bytes = 0;
    if (left >= 8) {
      std::memcpy(&bytes, text.data() + at, 8);
    } else {
      std::memcpy(&bytes, text.data() + at, left);
    }
    const std::uint64_t x = bytes ^ blanks,
                        blank = (x - ones) & ~x & highs;  // the lowest set bit marks the first space
    std::size_t size = blank == 0 ? 8 : std::countr_zero(blank) / 8;
    size = std::min(size, left);
    if (size < 8) { bytes &= (std::uint64_t{1} << (8 * size)) - 1; }
    at += size;
    more = size == 8 && at < text.size() && text[at] != ' ';
    hash = (hash ^ bytes) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
  }
  return hash ^ ((at - begin) * 0x9E3779B97F4A7C15ull);
}

/// Appends the shingles in the order of the text, repeated ones too.
void all_shingles(std::string_view normalised, std::vector<std::uint64_t>& result) {
  const auto mix = [](std::uint64_t mixed, std::uint64_t word) {
    return (mixed ^ word) * 0x9E3779B97F4A7C15ull + (mixed >> 29);
  };
  const auto add = [&](std::uint64_t mixed) { result.push_back(mixed ^ (mixed >> 32)); };
  std::uint64_t first = 0, second = 0;  // hashes of the previous two words
  std::size_t count = 0;
  for (std::size_t at = 0; at < normalised.size(); ++at) {  // words are separated by single spaces
    const std::uint64_t word = take_word(normalised, at);
    if (++count >= 3) { add(mix(mix(mix(0, first), second), word)); }
    first = second, second = word;
  }
  if (count == 1) { add(mix(0, second)); }
  if (count == 2) { add(mix(mix(0, first), second)); }
}

}  // namespace

Shingles shingles_of(std::string_view normalised) {
  Shingles result;
  all_shingles(normalised, result);
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

Sketch sketch_of(std::string_view normalised) {
  thread_local std::vector<std::uint64_t> shingles;
  shingles.clear();
  all_shingles(normalised, shingles);
  std::array<std::uint32_t, hashes> low;
  low.fill(~std::uint32_t{0});
  for (const std::uint64_t s : shingles) {
    const std::uint32_t a = low_word(s), b = high_word(s);
    for (std::uint32_t h = 0; h < hashes; ++h) {
      // A cheap mixing that differs for each hash. The loop compiles to vector instructions.
      std::uint32_t x = (a ^ (h * 0x9E3779B9u)) * 0x85EBCA6Bu + b;
      x = (x ^ (x >> 15)) * 0xC2B2AE35u;
      low[h] = std::min(low[h], x ^ (x >> 13));
    }
  }
  Sketch sketch;  // takes the low halves: the high halves of the smallest hashes are nearly 0
  for (std::size_t h = 0; h < hashes; ++h) { sketch[h] = low[h]; }
  return sketch;
}

std::uint32_t band_of(const Sketch& sketch, std::size_t band) {
  const std::uint16_t* const row = &sketch[band * rows_per_band];
  const std::uint64_t all = (std::uint64_t{row[0]} << 32) | (std::uint64_t{row[1]} << 16) | row[2];
  return high_word(all * 0x9E3779B97F4A7C15ull);
}

bool may_be_nearly_same(const Sketch& a, const Sketch& b) {
  std::size_t agreeing = 0;
  for (std::size_t h = 0; h < hashes; ++h) { agreeing += a[h] == b[h]; }
  return agreeing >= least_agreeing;
}

bool nearly_same(const Shingles& a, const Shingles& b) {
  std::size_t both = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    both += a[i] == b[j];
    const bool left = a[i] <= b[j], right = b[j] <= a[i];
    i += left;
    j += right;
  }
  const std::size_t all = a.size() + b.size() - both;
  return all == 0 || both >= least_jaccard * all;
}

}  // namespace srl::data_prep
