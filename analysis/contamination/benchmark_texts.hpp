#pragma once
// The texts of the questions that records name by number. They are in the files that were evaluated.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analysis/contamination/asked.hpp"
#include "analysis/options.hpp"

namespace srl::analysis {

struct AskedQuestions {
  std::string name;                   ///< of the benchmark, in the records
  std::vector<std::int64_t> numbers;  ///< of rows from 0, or of held-out solutions; sorted
};

struct BenchmarkText {
  std::int64_t number = 0;
  std::string id, text;
};

/// The questions that were asked, of those benchmarks whose file or data folder is given. BadInput naming a
/// file that is not the content of any benchmark of the records: it was changed, or not evaluated.
std::map<AskedContent, std::vector<BenchmarkText>> benchmark_texts(
    const ContaminationOptions& options, const std::map<AskedContent, AskedQuestions>& asked,
    const std::function<void()>& tick);

}  // namespace srl::analysis
