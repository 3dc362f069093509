#pragma once
// The records of one seed of a study as the values of its columns.
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/tables/grouping.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

/// One column: a benchmark's content, a view and a measure ("greedy", "avg@8", "pass@8", "similarity").
struct ColumnKey {
  Content benchmark;
  std::string view, measure;
  auto operator<=>(const ColumnKey&) const = default;
};

/// What the records of a cell have in common.
struct CellOrigin {
  std::string sampling;  ///< way_of_sampling
  std::string where;     ///< the seed's folder
  std::int64_t samples;  ///< of a question
};

struct SeedCells {
  std::map<ColumnKey, std::map<QuestionKey, double>> values;
  std::map<ColumnKey, CellOrigin> origins;
};

/// `where` names the folder in messages. A cell holds the samples of one model with one setting: BadInput
/// when there are several. Doubled records count once; questions with fewer samples than the others are left
/// out; a warning says how many.
SeedCells cells_of(const std::vector<evaluation::Record>& records, const std::string& where,
                   std::vector<std::string>& warnings);

}  // namespace srl::analysis
