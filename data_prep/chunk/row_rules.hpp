#pragma once
// The checks of a single row: whether it is a record, has steps, is within the limits, and is a benchmark
// question.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "data_prep/chunk/chunk_file.hpp"
#include "data_prep/read/row_reader.hpp"
#include "data_prep/split/solutions.hpp"
#include "text/contamination.hpp"
#include "text/tokenizer.hpp"

namespace srl::data_prep {

struct RowRules {
  Reading reading;
  LimitOptions limits;
  const text::Tokenizer* tokenizer = nullptr;
  text::Contamination contamination{13};
  bool drop_contaminated = true;
  std::uint64_t holdout_seed = 0;
  /// Whether the hold-out or the near-duplicate search needs the normalised question of a row.
  bool compare_questions = true;
};

/// The reason why the solution is over the limits; empty when it is not. The text of an agent's step is its
/// action. The length of a solution is the sum over its steps.
std::string over_limit(const trajectory::Solution& solution, const RowRules& rules);

/// Turns rows into records of a chunk. Each thread needs its own.
class RowProcessor {
 public:
  explicit RowProcessor(const RowRules& rules) : rules_(rules) {}
  void add(const RowText& row, const std::string& source, ChunkWriter& chunk);
  /// Adds a row that is already parsed (Parquet).
  void add(const Json& row, RowRecord record, std::string_view excerpt, const std::string& source,
           ChunkWriter& chunk);

 private:
  void describe(const RowResult& result, RowRecord& record);
  const RowRules& rules_;
  JsonParser parser_;
  std::string scratch_;
};

}  // namespace srl::data_prep
