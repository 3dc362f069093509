#pragma once
// Compares the same held-out steps before and after training: paired figures, with intervals over solutions.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/measure/statistics.hpp"
#include "evaluation/record.hpp"

namespace srl::analysis {

struct Figure {
  std::string name;
  double before = 0, after = 0;
  Interval change;  ///< of after - before, 95%
};

struct Change {
  std::int64_t solutions = 0, completions = 0;  ///< completions: pairs of the same question and sample
  std::int64_t unpaired = 0;                    ///< completions on one side only, left out
  std::vector<Figure> figures;
  std::vector<std::string> warnings = {};  ///< doubled records
};

/// Uses the records of view step on both sides (others are left out), paired by checksum of the data,
/// solution, step, the expert's text, sample, and greedy or sampled; by seed where a side has several. The
/// figures: format right; exact; similarity given right format; similarity with bad format as 0; as a
/// control, the same similarity to a step of another solution; the difference of these two similarities. The
/// last two exist only where the records hold the control. Intervals are over solutions, because the steps of
/// one solution are not independent, with added clusters (measure/paired_difference.hpp). BadInput when
/// nothing pairs, when a side holds several models or settings, and when the settings of the two sides differ
/// in more than the seed.
Change change_of(const std::vector<evaluation::Record>& before, const std::vector<evaluation::Record>& after);

Section section_of(const Change& change);

}  // namespace srl::analysis
