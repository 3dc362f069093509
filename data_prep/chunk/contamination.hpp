#pragma once
// Finds benchmark questions in the training data (docs/method.md, "Duplicates and contamination"): `words`
// consecutive words in common (13 by default), or a shorter question as a whole.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "data_prep/split/preset.hpp"

namespace srl::data_prep {

/// Hashes of the words of a normalised text. A word is a run of letters and digits; everything else separates
/// words.
std::vector<std::uint64_t> word_hashes(std::string_view normalised);

class Contamination {
 public:
  explicit Contamination(std::size_t words) : words_(words) {}
  /// Adds a benchmark question. A question of fewer than `words` words is found only when it is the whole
  /// training question.
  void add(std::string_view question);
  /// Adds the questions of files (JSONL or JSON arrays, plain or compressed), read by the fields of the
  /// presets. BadInput naming a file without questions.
  void add_files(const std::vector<std::filesystem::path>& files, const std::vector<Preset>& presets);
  bool empty() const { return grams_.empty() && whole_.empty(); }
  bool contains(std::string_view normalised_question) const;

 private:
  std::size_t words_;
  std::unordered_set<std::uint64_t> grams_, whole_;
};

}  // namespace srl::data_prep
