#include "reward/search/symbols.hpp"

#include <limits>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::reward {
namespace {

Symbols code_points(std::u32string_view text, bool strip) {
  text = strip ? python_strip(text) : text;
  return {text.begin(), text.end()};
}

}  // namespace

TextSymbols::TextSymbols(std::string_view target, const SimilarityOptions& options)
    : words_wanted_(options.unit == SimilarityUnit::word), strip_(options.strip == Strip::outer) {
  if (options.unit == SimilarityUnit::token) {
    throw BadOption(cat("similarity.unit: '", word(options.unit), "' compares ids, not texts"));
  }
  const std::u32string text = decode_utf8_lossy(target);
  if (!words_wanted_) {
    target_ = code_points(text, strip_);
    return;
  }
  for (const std::u32string& word : python_split(text)) {
    target_.push_back(words_.try_emplace(word, words_.size()).first->second);
  }
}

Symbols TextSymbols::action(std::string_view action) const {
  const std::u32string text = decode_utf8_lossy(action);
  if (!words_wanted_) { return code_points(text, strip_); }
  Symbols symbols;
  for (const std::u32string& word : python_split(text)) {
    const auto known = words_.find(word);
    symbols.push_back(known == words_.end() ? std::numeric_limits<std::uint32_t>::max() : known->second);
  }
  return symbols;
}

}  // namespace srl::reward
