#pragma once
// A line-by-line transcription of CPython's difflib.SequenceMatcher(None, a, b).get_matching_blocks(). It is
// slow and is the reference for our code. similarity_test.cpp compares it with values printed by CPython.
#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "reward/similarity.hpp"

namespace srl::reward::testing {

class DifflibPort {
 public:
  DifflibPort(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b, bool autojunk)
      : a_(a), b_(b) {
    for (std::size_t j = 0; j < b.size(); ++j) { b2j_[b[j]].push_back(static_cast<std::int64_t>(j)); }
    if (autojunk && b.size() >= 200) {
      std::erase_if(b2j_, [&](const auto& entry) { return entry.second.size() > b.size() / 100 + 1; });
    }
  }

  std::vector<Block> matching_blocks() const {
    const auto la = std::ssize(a_), lb = std::ssize(b_);
    std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::int64_t>> queue = {{0, la, 0, lb}};
    std::vector<Block> found;
    while (!queue.empty()) {
      const auto [alo, ahi, blo, bhi] = queue.back();
      queue.pop_back();
      const Block x = find_longest_match(alo, ahi, blo, bhi);
      if (x.size > 0) {
        found.push_back(x);
        if (alo < x.a && blo < x.b) { queue.emplace_back(alo, x.a, blo, x.b); }
        if (x.a + x.size < ahi && x.b + x.size < bhi) {
          queue.emplace_back(x.a + x.size, ahi, x.b + x.size, bhi);
        }
      }
    }
    std::sort(found.begin(), found.end(), [](const Block& x, const Block& y) { return x.a < y.a; });
    std::vector<Block> joined;
    for (const Block& x : found) {
      if (!joined.empty() && joined.back().a + joined.back().size == x.a &&
          joined.back().b + joined.back().size == x.b) {
        joined.back().size += x.size;
      } else {
        joined.push_back(x);
      }
    }
    joined.push_back({la, lb, 0});
    return joined;
  }

 private:
  Block find_longest_match(std::int64_t alo, std::int64_t ahi, std::int64_t blo, std::int64_t bhi) const {
    std::int64_t besti = alo, bestj = blo, bestsize = 0;
    std::map<std::int64_t, std::int64_t> j2len;
    const auto a = [&](std::int64_t i) { return a_[i]; };
    const auto b = [&](std::int64_t j) { return b_[j]; };
    for (std::int64_t i = alo; i < ahi; ++i) {
      std::map<std::int64_t, std::int64_t> newj2len;
      if (const auto places = b2j_.find(a(i)); places != b2j_.end()) {
        for (const std::int64_t j : places->second) {
          if (j < blo) { continue; }
          if (j >= bhi) { break; }
          const auto before = j2len.find(j - 1);
          const std::int64_t k = newj2len[j] = (before == j2len.end() ? 0 : before->second) + 1;
          if (k > bestsize) { besti = i - k + 1, bestj = j - k + 1, bestsize = k; }
        }
      }
      j2len = std::move(newj2len);
    }
    while (besti > alo && bestj > blo && a(besti - 1) == b(bestj - 1)) { --besti, --bestj, ++bestsize; }
    while (besti + bestsize < ahi && bestj + bestsize < bhi && a(besti + bestsize) == b(bestj + bestsize)) {
      ++bestsize;
    }
    return {besti, bestj, bestsize};
  }

  std::span<const std::uint32_t> a_, b_;
  std::map<std::uint32_t, std::vector<std::int64_t>> b2j_;
};

}  // namespace srl::reward::testing
