#include "analysis/tables/study_comparison.hpp"

#include <map>
#include <set>

#include "analysis/measure/paired_tests.hpp"
#include "analysis/measure/seeds.hpp"
#include "analysis/measure/statistics.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using Answers = std::map<QuestionKey, double>;

/// How many of the given answers each question has.
std::map<QuestionKey, std::size_t> times_answered(const std::vector<const Answers*>& all) {
  std::map<QuestionKey, std::size_t> times;
  for (const Answers* answers : all) {
    for (const auto& [question, value] : *answers) { ++times[question]; }
  }
  return times;
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
  const auto values = [&](const std::string& name) {
    const StudyRow& row = row_named(rows, name);
    const auto found = row.measures.find(column);
    if (found == row.measures.end()) {
      throw BadOption(cat("study.column: row ", name, " has no '", column, "'"));
    }
    return found->second;
  };
  const Measure our_measure = values(result.better), their_measure = values(result.worse);
  const auto &ours = our_measure.values, &theirs = their_measure.values;
  std::vector<const Answers*> all;  // of both rows, seed by seed
  for (const auto& [seed, answers] : ours) {
    const auto other = theirs.find(seed);
    if (other != theirs.end()) { all.insert(all.end(), {&answers, &other->second}); }
  }
  std::set<QuestionKey> common;
  for (const auto& [question, times] : times_answered(all)) {
    if (times == all.size()) {
      common.insert(question);
    } else {
      ++result.left_out;
    }
  }
  if (common.empty()) {
    throw BadInput(cat("study.compare: ", pair, " cannot be compared: the rows have no ",
                       all.empty() ? "seed" : "question", " of '", column, "' in common"));
  }
  result.questions = std::ssize(common);
  SeededValues by_question{{}, cluster_sizes(common)};
  std::vector<double> differences;  // by seed
  for (std::size_t i = 0; i < all.size(); i += 2) {
    std::vector<double>& line = by_question.values.emplace_back();
    for (const QuestionKey& question : common) {
      line.push_back(all[i]->at(question) - all[i + 1]->at(question));
    }
    differences.push_back(mean(line));
  }
  result.seeds = std::ssize(differences);
  const SeededMean difference = seeded_difference(by_question, our_measure.rate ? our_measure.samples : 0);
  result.difference = mean(differences);
  result.interval = difference.interval;
  result.uncertain = difference.uncertain;
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
