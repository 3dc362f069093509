#include "analysis/tables/change.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// Sums over the completions of one side (before or after).
struct Sums {
  double completions = 0, formed = 0, exact = 0, similarity = 0, unrelated = 0;
  void add(const Record& record) {
    completions += 1;
    exact += record.correct;
    if (!record.similarity) {
      return;  // bad format: 0
    }
    formed += 1;
    similarity += *record.similarity;
    unrelated += record.similarity_unrelated.value_or(0);
  }
  void add(const Sums& other) {
    completions += other.completions;
    formed += other.formed;
    exact += other.exact;
    similarity += other.similarity;
    unrelated += other.unrelated;
  }
};

constexpr std::size_t figure_count = 6;
constexpr std::array<const char*, figure_count> figure_names{"format right",
                                                             "exact",
                                                             "similarity given right format",
                                                             "similarity, bad format as 0",
                                                             "similarity to another solution's step",
                                                             "similarity above another solution's"};

std::array<double, figure_count> figures_of(const Sums& s) {
  const double formed = s.formed > 0 ? s.formed : 1;
  const double own = s.similarity / s.completions, unrelated = s.unrelated / s.completions;
  return {s.formed / s.completions, s.exact / s.completions, s.similarity / formed, own, unrelated,
          own - unrelated};
}

using Solution = std::pair<std::string, std::int64_t>;  // (benchmark's checksum, number)
using CompletionKey = std::tuple<std::string, std::int64_t, std::int64_t, bool>;
struct Pair {
  Sums before, after;
};

std::map<CompletionKey, const Record*> by_key(const std::vector<Record>& records) {
  std::map<CompletionKey, const Record*> completions;
  for (const Record& r : records) {
    if (r.view == "step") {
      completions.try_emplace({r.benchmark_checksum, r.question, r.sample, is_greedy(r)}, &r);
    }
  }
  return completions;
}

/// The change of every figure for resamples of the solutions with replacement: [figure][resample].
std::array<std::vector<double>, figure_count> resampled(const std::vector<Pair>& solutions,
                                                        std::size_t resamples) {
  std::array<std::vector<double>, figure_count> changes;
  for (std::size_t r = 0; r < resamples; ++r) {
    Sums before, after;
    for (std::size_t i = 0; i < solutions.size(); ++i) {
      const double u = random_uniform(0, RandomStream::evaluation, r, 3, static_cast<std::uint32_t>(i));
      const Pair& drawn = solutions[std::min(
          solutions.size() - 1, static_cast<std::size_t>(u * static_cast<double>(solutions.size())))];
      before.add(drawn.before);
      after.add(drawn.after);
    }
    const auto then = figures_of(before), now = figures_of(after);
    for (std::size_t f = 0; f < figure_count; ++f) { changes[f].push_back(now[f] - then[f]); }
  }
  return changes;
}

}  // namespace

Change change_of(const std::vector<Record>& before, const std::vector<Record>& after) {
  const auto then = by_key(before), now = by_key(after);
  std::map<Solution, Pair> by_solution;
  Change change;
  for (const auto& [answer, record] : then) {
    const auto same = now.find(answer);
    if (same == now.end()) { continue; }
    ++change.completions;
    Pair& pair = by_solution[{record->benchmark_checksum, record->solution.value_or(record->question)}];
    pair.before.add(*record);
    pair.after.add(*same->second);
  }
  if (change.completions == 0) {
    throw BadInput(
        "--before and --after have no completions in common: run srl_eval for both with --evaluation.view "
        "step and the same --data, --limit and --evaluation.samples");
  }
  change.unpaired = std::ssize(then) + std::ssize(now) - 2 * change.completions;
  change.solutions = std::ssize(by_solution);
  std::vector<Pair> solutions;
  Pair all;
  for (const auto& [solution, pair] : by_solution) {
    solutions.push_back(pair);
    all.before.add(pair.before);
    all.after.add(pair.after);
  }
  const auto old_figures = figures_of(all.before), new_figures = figures_of(all.after);
  const auto changes = resampled(solutions, 10000);
  const auto has_control = [](const Record& record) { return record.similarity_unrelated.has_value(); };
  const bool control = std::any_of(before.begin(), before.end(), has_control) &&
                       std::any_of(after.begin(), after.end(), has_control);
  for (std::size_t f = 0; f < (control ? figure_count : figure_count - 2); ++f) {
    change.figures.push_back({figure_names[f], old_figures[f], new_figures[f], central_95(changes[f])});
  }
  return change;
}

Section section_of(const Change& change) {
  Table table{{{"figure"}, {"before"}, {"after"}, {"change", "", "95%"}}, {}};
  for (const Figure& f : change.figures) {
    table.rows.push_back(
        {f.name, Number{f.before, 4}, Number{f.after, 4}, Estimate{f.after - f.before, f.change, 4}});
  }
  Section section{"Before and after", {std::move(table)}};
  section.blocks.emplace_back(Prose{cat(change.completions, " completions for steps of ", change.solutions,
                                        " solutions, paired; intervals over solutions.")});
  if (change.unpaired > 0) {
    section.blocks.emplace_back(
        Note{cat(change.unpaired, " completions are on one side only and are left out.")});
  }
  return section;
}

}  // namespace srl::analysis
