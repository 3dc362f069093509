#pragma once
// Questions of benchmarks inside the training data (docs/method.md, "Duplicates and contamination"): an
// overlap of 13 words in a row, or a whole shorter question.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "data_prep/split/preset.hpp"

namespace srl::data_prep {

/// A word for comparing: letters and digits of normalised text; everything else parts words.
std::vector<std::uint64_t> word_hashes(std::string_view normalised);

class Contamination {
 public:
  explicit Contamination(std::size_t words) : words_(words) {}
  /// A benchmark question. Questions of fewer than `words` words are only found when they are the whole
  /// training question.
  void add(std::string_view question);
  /// The questions of files (JSONL or JSON arrays, packed or not), by the presets' fields. BadInput naming a
  /// file without questions.
  void add_files(const std::vector<std::filesystem::path>& files, const std::vector<Preset>& presets);
  bool empty() const { return grams_.empty() && whole_.empty(); }
  bool contains(std::string_view normalised_question) const;

 private:
  std::size_t words_;
  std::unordered_set<std::uint64_t> grams_, whole_;
};

}  // namespace srl::data_prep
