#include "data_prep/near_duplicates.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "base/checksum.hpp"
#include "base/unicode.hpp"
#include "text/case_folding.hpp"

namespace srl::data_prep {
namespace {

constexpr std::size_t shingle_words = 3, hashes = 24, rows_a_band = 3;
constexpr double least_jaccard = 0.7;

using Shingles = std::vector<std::uint64_t>;   // sorted, unique

Shingles shingles_of(const std::string& text) {
  const std::vector<std::u32string> words = python_split(decode_utf8_lossy(text));
  Shingles result;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0 && i + shingle_words > words.size()) break;   // a short question is one shingle
    std::u32string joined;
    for (std::size_t j = i; j < std::min(words.size(), i + shingle_words); ++j) joined += words[j] + U' ';
    result.push_back(xxh3_64(encode_utf8(joined)));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

double jaccard(const Shingles& a, const Shingles& b) {
  Shingles both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  const std::size_t all = a.size() + b.size() - both.size();
  return all == 0 ? 1.0 : static_cast<double>(both.size()) / static_cast<double>(all);
}

std::array<std::uint64_t, hashes> minima(const Shingles& shingles) {
  std::array<std::uint64_t, hashes> result;
  result.fill(~std::uint64_t{0});
  for (std::uint64_t s : shingles) {
    for (std::size_t h = 0; h < hashes; ++h) {
      // One cheap, different mixing of the shingle for each hash (multiply, fold).
      std::uint64_t x = (s ^ (h * 0x9E3779B97F4A7C15ull)) * 0xD6E8FEB86659FD93ull;
      x ^= x >> 32;
      result[h] = std::min<std::uint64_t>(result[h], x * 0xD6E8FEB86659FD93ull);
    }
  }
  return result;
}

/// Union-find with path halving.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

std::string normalised_question(const std::string& question) {
  std::u32string result;
  bool space = false;
  for (char32_t c : decode_utf8_lossy(text::nfkc_lower(question))) {
    if (is_python_space(c)) {
      space = !result.empty();
      continue;
    }
    if (space) result += U' ';
    space = false;
    result += c;
  }
  return encode_utf8(result);
}

std::vector<std::int64_t> near_duplicate_groups(const std::vector<std::string>& normalised) {
  std::vector<Shingles> shingles;
  for (const std::string& text : normalised) shingles.push_back(shingles_of(text));
  Groups groups(normalised.size());
  std::map<std::string, std::size_t> first_equal;
  std::map<std::pair<std::size_t, std::uint64_t>, std::vector<std::size_t>> buckets;   // (band, hash of its rows) → distinct questions
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    const auto [equal, is_new] = first_equal.emplace(normalised[i], i);
    if (!is_new) {
      groups.join(equal->second, i);
      continue;
    }
    const auto low = minima(shingles[i]);
    for (std::size_t band = 0; band < hashes / rows_a_band; ++band) {
      const std::string_view rows(reinterpret_cast<const char*>(&low[band * rows_a_band]), rows_a_band * sizeof(std::uint64_t));
      auto& bucket = buckets[{band, xxh3_64(rows)}];
      for (std::size_t other : bucket) {
        if (groups.root(other) != groups.root(i) && jaccard(shingles[other], shingles[i]) >= least_jaccard) groups.join(other, i);
      }
      bucket.push_back(i);
    }
  }
  std::vector<std::int64_t> numbers;
  std::map<std::size_t, std::int64_t> names;
  for (std::size_t i = 0; i < normalised.size(); ++i) {
    numbers.push_back(names.emplace(groups.root(i), static_cast<std::int64_t>(names.size())).first->second);
  }
  return numbers;
}

}  // namespace srl::data_prep
