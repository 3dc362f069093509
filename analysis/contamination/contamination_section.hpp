#pragma once
// What a report says of contaminated questions.
#include "analysis/contamination/contamination.hpp"
#include "analysis/document/document.hpp"
#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

/// `clean`: the accuracy of Contamination::clean_answers, row by row like `all`. The section has a table of
/// the benchmarks, the measures of rows with contaminated questions on all and on clean questions, and a list
/// of these questions. It says in words what has none and what could not be checked.
Section section_of(const Contamination& contamination, const AccuracyTable& all, const AccuracyTable& clean);

/// {"words", "shards", "training_solutions", "benchmarks": with their contaminated questions, "rows": with
/// all measures on clean questions}.
Json contamination_json(const Contamination& contamination, const AccuracyTable& all,
                        const AccuracyTable& clean);

}  // namespace srl::analysis
