#include "data_prep/chunk/near_duplicates.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/characters.hpp"
#include "base/checksum.hpp"
#include "base/host_device.hpp"
#include "base/unicode.hpp"
#include "text/case_folding.hpp"

namespace srl::data_prep {
namespace {

constexpr std::size_t hashes = band_count * rows_per_band, least_agreeing = 12;
constexpr double least_jaccard = 0.7;

/// The result of NFKC and lower case for an ASCII byte; 0 = white space, 1 = not ASCII.
constexpr std::array<char, 256> folded = [] {
  std::array<char, 256> table{};
  for (int c = 0; c < 256; ++c) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F);
    table[c] = space ? '\0' : c >= 0x80 || c < 2 ? '\1' : ascii_lower(c);
  }
  return table;
}();

/// The fast path for most questions: printable ASCII with single spaces between words, where only upper-case
/// letters change. False for any other text. Both loops compile to vector instructions.
bool lower_plain(std::string_view text, std::string& result) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') { return false; }
  const std::size_t size = text.size();
  const char* const in = text.data();
  unsigned char other = 0;
  for (std::size_t i = 0; i < size; ++i) {
    other |= static_cast<signed char>(in[i]) < ' ';  // and bytes from 0x80 on
  }
  for (std::size_t i = 1; i < size; ++i) { other |= (in[i] == ' ') & (in[i - 1] == ' '); }
  if (other != 0) { return false; }
  result.resize(size);
  char* const out = result.data();
  for (std::size_t i = 0; i < size; ++i) { out[i] = ascii_lower(in[i]); }
  return true;
}

/// False when a byte is not ASCII, or is NUL or U+0001, which mark other bytes in the table.
bool lower_ascii(std::string_view text, std::string& result) {
  result.resize(text.size());  // never longer: a space is written only where there was white space
  char* out = result.data();
  const char* in = text.data();
  const char* const end = in + text.size();
  for (;;) {
    char low = '\0';
    while (in != end && (low = folded[byte_of(*in)]) == '\0') { ++in; }
    if (in == end) { break; }
    if (out != result.data()) { *out++ = ' '; }
    while (in != end && (low = folded[byte_of(*in)]) > '\1') { *out++ = low, ++in; }
    if (low == '\1') { return false; }
  }
  result.resize(out - result.data());
  return true;
}

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

std::string normalised_question(std::string_view question) {
  std::string ascii;
  if (lower_plain(question, ascii) || lower_ascii(question, ascii)) { return ascii; }
  std::u32string result;
  bool space = false;
  for (char32_t c : decode_utf8_lossy(text::nfkc_lower(question))) {
    if (is_python_space(c)) {
      space = !result.empty();
      continue;
    }
    if (space) { result += U' '; }
    space = false;
    result += c;
  }
  return encode_utf8(result);
}

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
