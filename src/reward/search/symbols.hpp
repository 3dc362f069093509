#pragma once
// The code points or words of a text as numbers, for comparison.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reward/search/alphabet.hpp"
#include "reward/similarity.hpp"

namespace srl::reward {

/// Numbers for the elements of one target and of the actions compared with it. All words that are not in the
/// target share one number: they match nothing, and the popularity rule counts only elements that can match.
class TextSymbols {
 public:
  /// BadOption for unit token, which compares ids instead of texts.
  TextSymbols(std::string_view target, const SimilarityOptions& options);
  const Symbols& target() const { return target_; }
  Symbols action(std::string_view text) const;

 private:
  bool words_wanted_, strip_;
  std::unordered_map<std::u32string, std::uint32_t> words_;
  Symbols target_;
};

}  // namespace srl::reward
