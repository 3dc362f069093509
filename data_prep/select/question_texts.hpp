#pragma once
// Reads the questions of single rows from the chunk files.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data_prep/chunk/near_duplicates.hpp"
#include "data_prep/chunk/scan.hpp"

namespace srl::data_prep {

/// The normalised question in a kept row's body.
std::string question_of_body(std::string_view body);

/// Caches the shingles of some thousand questions.
class QuestionTexts {
 public:
  explicit QuestionTexts(const Chunks& chunks) : chunks_(chunks) {}
  /// Shingles of a kept row, given its number (row_status.hpp).
  Shingles shingles(std::uint64_t row_number);

 private:
  const Chunks& chunks_;
  std::map<std::uint64_t, Shingles> known_;
};

}  // namespace srl::data_prep
