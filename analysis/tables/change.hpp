#pragma once
// What training changed on the same held-out steps: figures before and after, paired, with intervals over
// solutions.
#include <string>
#include <vector>

#include "analysis/measure/statistics.hpp"
#include "analysis/options.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

struct Figure {
  std::string name;
  double before = 0, after = 0;
  Interval change;  ///< of after - before, 95%
};

struct Change {
  std::int64_t solutions = 0, answers = 0;  ///< answers: pairs of the same question and sample
  std::int64_t unpaired = 0;                ///< answers on one side only, left out
  std::vector<Figure> figures;
};

/// Records of view step (others are left out) on both sides, paired by benchmark, checksum, question, sample,
/// and greedy or sampled. The figures: format right; exact; similarity given right format; similarity with
/// bad format as 0, to the expert's step and, as a control, to a step of another solution; and how much more
/// the former rose than the latter (the last two only where the records hold the control). Intervals:
/// percentile bootstrap over solutions, whose steps go together. BadInput when nothing pairs.
Change change_of(const std::vector<evaluation::Record>& before, const std::vector<evaluation::Record>& after);

/// format: "text", "markdown", "csv".
std::string render(const Change& change, ReportFormat format);

}  // namespace srl::analysis
