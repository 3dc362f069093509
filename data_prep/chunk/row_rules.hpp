#pragma once
// What is decided of a row by itself: is it a record, has it steps, is it within the limits, is it a
// benchmark's question.
#include <cstdint>
#include <string>
#include <string_view>

#include "data_prep/chunk/chunk_file.hpp"
#include "data_prep/chunk/contamination.hpp"
#include "data_prep/read/row_json.hpp"
#include "data_prep/read/row_reader.hpp"
#include "data_prep/split/solutions.hpp"
#include "text/tokenizer.hpp"

namespace srl::data_prep {

struct RowRules {
  Reading reading;
  LimitOptions limits;
  const text::Tokenizer* tokenizer = nullptr;
  Contamination contamination{13};
  bool drop_contaminated = true;
  std::uint64_t holdout_seed = 0;
  bool compare_questions =
      true;  ///< whether anything (hold-out, near duplicates) will ask for a row's normalised question
};

/// Why the solution is over the limits; empty when it is not. Of agents, actions count as steps' text; a
/// solution's length is that of all its steps.
std::string over_limit(const trajectory::Solution& solution, const RowRules& rules);

/// Turns rows into records of a chunk. One a thread.
class RowProcessor {
 public:
  explicit RowProcessor(const RowRules& rules) : rules_(rules) {}
  void add(const RowText& row, const std::string& source, ChunkWriter& chunk);
  /// A row that came as a value (Parquet).
  void add(const Json& row, RowRecord record, std::string_view excerpt, const std::string& source,
           ChunkWriter& chunk);

 private:
  void describe(const RowResult& result, RowRecord& record);
  const RowRules& rules_;
  RowParser parser_;
  std::string scratch_;
};

}  // namespace srl::data_prep
