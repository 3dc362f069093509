#include "analysis/tables/change.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "analysis/measure/paired_difference.hpp"
#include "analysis/tables/grouping.hpp"
#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;

/// Sums over the completions of one side (before or after).
struct SideSums {
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
  void add(const SideSums& other) {
    completions += other.completions;
    formed += other.formed;
    exact += other.exact;
    similarity += other.similarity;
    unrelated += other.unrelated;
  }
};

/// Of fewer solutions an interval over solutions knows the spread too badly.
constexpr std::int64_t least_solutions = 10;

constexpr std::size_t figure_count = 6;
constexpr std::array<const char*, figure_count> figure_names{"format right",
                                                             "exact",
                                                             "similarity given right format",
                                                             "similarity, bad format as 0",
                                                             "similarity to another solution's step",
                                                             "similarity above another solution's"};

/// The numerator and the denominator of each figure.
using Fractions = std::array<std::pair<double, double>, figure_count>;
Fractions fractions_of(const SideSums& s) {
  return {{{s.formed, s.completions},
           {s.exact, s.completions},
           {s.similarity, s.formed},
           {s.similarity, s.completions},
           {s.unrelated, s.completions},
           {s.similarity - s.unrelated, s.completions}}};
}

double figure_of(const SideSums& sums, std::size_t figure) {
  const auto [part, whole] = fractions_of(sums)[figure];
  return part / std::max(1.0, whole);
}

using Solution = std::pair<std::string, std::int64_t>;  // (checksum of the data, number)
/// Checksum of the data, step, sample, greedy or sampled, and the seed where it counts.
using CompletionKey = std::tuple<std::string, QuestionKey, std::int64_t, bool, std::string>;
struct Pair {
  SideSums before, after;
};

std::string seed_of(const Record& record) {
  const Json* seed = record.settings.find("seed");
  return seed == nullptr ? "" : seed->dump();
}

/// The records of --before or of --after.
struct Side {
  std::string name;
  std::vector<const Record*> records = {};
  Models models = {};
  std::set<std::string> greedy = {}, sampled = {}, seeds = {};  ///< settings; seeds of sampled ones
};

Side side_of(const std::vector<Record>& records, const std::string& name) {
  Side side{name};
  for (const Record& record : records) {
    if (record.view != "step") { continue; }
    side.records.push_back(&record);
    side.models.add(record);
    (is_greedy(record) ? side.greedy : side.sampled).insert(way_of_sampling(record));
    if (!is_greedy(record)) { side.seeds.insert(seed_of(record)); }
  }
  if (side.models.size() > 1) {
    throw BadInput(cat(name, " holds the records of ", side.models.size(), " models: ", side.models.list(),
                       ". Give those of one model"));
  }
  return side;
}

/// Pairs mean something only if both sides were asked in the same way.
void check_settings(const Side& before, const Side& after) {
  for (const auto kind : {&Side::greedy, &Side::sampled}) {
    std::set<std::string> all = before.*kind;
    all.insert((after.*kind).begin(), (after.*kind).end());
    if (all.size() < 2) { continue; }
    const auto differences = differences_of(all);
    const auto texts = [&](const Side& side) {
      std::vector<std::string> parts;
      for (const std::string& settings : side.*kind) { parts.push_back(differences.at(settings)); }
      return cat(side.name, ": ", parts.empty() ? "-" : join(parts, " and "));
    };
    throw BadInput(cat("the records have different settings (", texts(before), "; ", texts(after),
                       "): run srl_eval for both with the same options"));
  }
}

std::map<CompletionKey, const Record*> by_key(const Side& side, bool by_seed,
                                              std::vector<std::string>& warnings) {
  std::map<CompletionKey, const Record*> completions;
  std::int64_t doubled = 0;
  for (const Record* record : side.records) {
    const std::string seed = by_seed && !is_greedy(*record) ? seed_of(*record) : "";
    const CompletionKey key{record->benchmark_checksum, question_of(*record), record->sample,
                            is_greedy(*record), seed};
    doubled += completions.try_emplace(key, record).second ? 0 : 1;
  }
  if (doubled > 0) {
    warnings.push_back(cat(side.name, ": ", counted(doubled, "record", "is a duplicate", "are duplicates"),
                           "; only the first of each is counted"));
  }
  return completions;
}

/// The interval of one figure's change: each solution is a cluster. The figures are ratios of sums, whose
/// linear part gives the clusters' influences. `least`: steps / completions.
Interval change_interval(const std::vector<Pair>& solutions, const Pair& all, std::size_t figure,
                         double least) {
  const auto n = static_cast<double>(solutions.size());
  const auto share = [&](const SideSums& own, const SideSums& whole, double mean) {
    const auto [part, size] = fractions_of(own)[figure];
    const double mean_size = std::max(1.0, fractions_of(whole)[figure].second) / n;
    return std::pair(part / mean_size, (part - size * mean) / mean_size);  // of the mean; its influence
  };
  const double before = figure_of(all.before, figure), after = figure_of(all.after, figure);
  std::vector<double> differences, influences;
  for (const Pair& solution : solutions) {
    const auto old_share = share(solution.before, all.before, before);
    const auto new_share = share(solution.after, all.after, after);
    differences.push_back(new_share.first - old_share.first);
    influences.push_back(new_share.second - old_share.second);
  }
  // Format and exactness are counts of completions; similarities are not, and may be close to each other.
  const double square = typical_square(differences, figure < 2 ? least : 0);
  return interval_of(with_added_clusters(after - before, influences, square));
}

}  // namespace

Change change_of(const std::vector<Record>& before, const std::vector<Record>& after) {
  const Side first = side_of(before, "--before"), second = side_of(after, "--after");
  check_settings(first, second);
  const bool by_seed = first.seeds.size() > 1 || second.seeds.size() > 1;
  std::map<Solution, Pair> by_solution;
  std::set<std::pair<std::string, QuestionKey>> steps;
  Change change;
  const auto then = by_key(first, by_seed, change.warnings), now = by_key(second, by_seed, change.warnings);
  for (const auto& [answer, record] : then) {
    const auto same = now.find(answer);
    if (same == now.end()) { continue; }
    ++change.completions;
    steps.emplace(std::get<0>(answer), std::get<1>(answer));
    Pair& pair = by_solution[{record->benchmark_checksum, question_of(*record).cluster}];
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
  const auto has_control = [](const Record& record) { return record.similarity_unrelated.has_value(); };
  const bool control = std::any_of(before.begin(), before.end(), has_control) &&
                       std::any_of(after.begin(), after.end(), has_control);
  const double least = static_cast<double>(steps.size()) / all.before.completions;
  for (std::size_t f = 0; f < (control ? figure_count : figure_count - 2); ++f) {
    change.figures.push_back({figure_names[f], figure_of(all.before, f), figure_of(all.after, f),
                              change_interval(solutions, all, f, least)});
  }
  return change;
}

Section section_of(const Change& change) {
  Table table{{{"figure"}, {"before"}, {"after"}, {"change", "", "95%"}}, {}};
  for (const Figure& f : change.figures) {
    table.rows.push_back(
        {f.name, Number{f.before, 4}, Number{f.after, 4}, Estimate{f.after - f.before, f.change, 4}});
  }
  Section section{"Before and after", {std::move(table)}, change.warnings};
  section.blocks.emplace_back(
      Prose{cat(counted(change.completions, "completion"), " for steps of ",
                counted(change.solutions, "solution"), ", paired; intervals over solutions.")});
  if (change.unpaired > 0) {
    section.blocks.emplace_back(
        Note{cat(counted(change.unpaired, "completion", "is", "are"), " on one side only and left out.")});
  }
  if (change.solutions < least_solutions) {
    section.blocks.emplace_back(Note{
        cat(counted(change.solutions, "held-out question"), change.solutions == 1 ? " decides" : " decide",
            " nothing, whatever the intervals say: from ", least_solutions,
            " questions on they can be trusted. Bring more problems, or hold out more of them "
            "(srl_prep --holdout.questions).")});
  }
  return section;
}

}  // namespace srl::analysis
