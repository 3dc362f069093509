#include "analysis/tables/study_comparison.hpp"

#include <map>

#include "analysis/measure/paired_tests.hpp"
#include "analysis/measure/statistics.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

double seed_mean(const std::map<std::int64_t, double>& questions) {
  double sum = 0;
  for (const auto& [question, value] : questions) { sum += value; }
  return sum / static_cast<double>(questions.size());
}

const StudyRow& row_named(const std::vector<StudyRow>& rows, const std::string& name) {
  for (const StudyRow& row : rows) {
    if (row.name == name) { return row; }
  }
  throw BadOption(cat("study.compare: no row '", name, "' with records"));
}

Comparison compare(const std::vector<StudyRow>& rows, const std::string& pair, const std::string& column) {
  const std::size_t sign = pair.find('>');
  if (sign == std::string::npos) { throw BadOption(cat("study.compare: '", pair, "' is not ROW>ROW")); }
  Comparison result{pair.substr(0, sign), pair.substr(sign + 1), column};
  std::vector<double> differences;
  const auto values = [&](const std::string& name) {
    const StudyRow& row = row_named(rows, name);
    const auto found = row.measures.find(column);
    if (found == row.measures.end()) {
      throw BadOption(cat("study.column: row ", name, " has no '", column, "'"));
    }
    return found->second.values;
  };
  const auto ours = values(result.better), theirs = values(result.worse);
  for (const auto& [seed, questions] : ours) {
    const auto other = theirs.find(seed);
    if (other != theirs.end()) { differences.push_back(seed_mean(questions) - seed_mean(other->second)); }
  }
  result.seeds = std::ssize(differences);
  result.difference = mean(differences);
  result.t_p = paired_t(differences).p;
  result.flip_p = sign_flip_test(differences);
  return result;
}

}  // namespace

std::vector<Comparison> compare_rows(const std::vector<StudyRow>& rows, const std::vector<std::string>& pairs,
                                     const std::string& column) {
  std::vector<Comparison> comparisons;
  std::vector<double> t, flip;
  for (const std::string& pair : pairs) {
    comparisons.push_back(compare(rows, pair, column));
    t.push_back(comparisons.back().t_p);
    flip.push_back(comparisons.back().flip_p);
  }
  t = holm(t);
  flip = holm(flip);
  for (std::size_t i = 0; i < t.size(); ++i) {
    comparisons[i].t_holm = t[i];
    comparisons[i].flip_holm = flip[i];
  }
  return comparisons;
}

}  // namespace srl::analysis
