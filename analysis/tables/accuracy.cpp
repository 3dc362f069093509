#include "analysis/tables/accuracy.hpp"

#include <map>
#include <set>
#include <tuple>

#include "analysis/tables/grouping.hpp"
#include "base/counted.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// The completions of one row: of a benchmark's content, a model, a view, and the settings that greedy and
/// sampled completions share.
struct RowKey {
  Content benchmark;
  std::string model, view, settings;
  auto operator<=>(const RowKey&) const = default;
};

/// The subjects of one row that may be averaged: one per seed, by their settings.
using Seeds = std::map<std::string, std::uint32_t>;

struct Collected {
  Seeds greedy;
  std::map<std::string, Seeds> sampled;  ///< by way of sampling
};

/// Where the answers of each subject are; they are sorted by subject.
class Ranges {
 public:
  explicit Ranges(const Answers& answers) : answers_(answers), firsts_(answers.subjects().size() + 1) {
    for (const Answer& answer : answers.all()) { ++firsts_[answer.subject + 1]; }
    for (std::size_t s = 1; s < firsts_.size(); ++s) { firsts_[s] += firsts_[s - 1]; }
  }
  std::vector<const Answer*> of(const Seeds& seeds) const {
    std::vector<const Answer*> found;
    for (const auto& [settings, subject] : seeds) {
      for (std::size_t i = firsts_[subject]; i < firsts_[subject + 1]; ++i) {
        found.push_back(&answers_.all()[i]);
      }
    }
    if (seeds.size() > 1) {
      std::stable_sort(found.begin(), found.end(),
                       [](const Answer* a, const Answer* b) { return a->place < b->place; });
    }
    return found;
  }

 private:
  const Answers& answers_;
  std::vector<std::size_t> firsts_;
};

struct Names {
  std::map<Content, std::string> benchmarks;
  std::map<std::string, std::string> models;                                ///< by identity
  std::map<std::string, std::pair<std::int64_t, std::string>> model_order;  ///< first input, path
  std::map<std::string, std::map<std::string, std::string>> settings;       ///< by view and common settings
  std::map<std::string, std::map<std::string, std::string>> ways;           ///< by view and way of sampling
};

Names names_of(const std::vector<Subject>& subjects, const std::map<RowKey, Collected>& rows) {
  Names names;
  std::map<std::string, Content> models;
  std::set<Content> benchmarks, contents;
  for (const Subject& subject : subjects) {
    benchmarks.insert(subject.benchmark);
    const std::pair place{subject.input, subject.model};
    const auto [order, added] = names.model_order.try_emplace(subject.identity(), place);
    if (added || place < order->second) {
      order->second = place;
      models[subject.identity()] = {subject.model, subject.model_checksum};
    }
  }
  for (const auto& [identity, content] : models) { contents.insert(content); }
  const auto labels = labels_of(contents);
  for (const auto& [identity, content] : models) { names.models[identity] = labels.at(content); }
  names.benchmarks = labels_of(benchmarks);
  std::map<std::string, std::set<std::string>> settings_of, ways_of;
  for (const auto& [key, row] : rows) {
    settings_of[key.view].insert(key.settings);
    for (const auto& [way, seeds] : row.sampled) { ways_of[key.view].insert(sampling_only(way)); }
  }
  for (const auto& [view, settings] : settings_of) { names.settings[view] = differences_of(settings); }
  for (const auto& [view, ways] : ways_of) { names.ways[view] = differences_of(ways); }
  return names;
}

void warn_about_contents(const Answers& answers, std::vector<std::string>& warnings) {
  std::map<std::string, std::map<std::string, std::int64_t>> records;  // by name and checksum
  for (const Answer& answer : answers.all()) {
    const auto& [name, checksum] = answers.subjects()[answer.subject].benchmark;
    ++records[name][checksum];
  }
  for (const auto& [name, contents] : records) {
    if (contents.size() < 2) { continue; }
    std::vector<std::string> counts;
    for (const auto& [checksum, count] : contents) {
      counts.push_back(
          cat(checksum.empty() ? "older" : checksum.substr(0, 8), ": ", counted(count, "record")));
    }
    warnings.push_back(cat("benchmark ", name, ": the records come from files with ", contents.size(),
                           " different contents (", join(counts, ", "),
                           "); each has its own rows, named after its checksum"));
  }
}

/// Rows of one benchmark are comparable only over the same questions.
void warn_about_questions(const std::vector<AccuracyRow>& rows, std::vector<std::string>& warnings) {
  std::map<std::string, std::set<std::ptrdiff_t>> sizes;
  for (const AccuracyRow& row : rows) {
    for (const Measures* measures : {&row.greedy, &row.sampled}) {
      if (!measures->present()) { continue; }
      sizes[row.benchmark].insert(std::ssize(measures->questions));
      if (measures->fewest_samples == measures->most_samples) { continue; }
      warnings.push_back(cat("benchmark ", row.benchmark, ", ", row.model, ", ", row.view,
                             ": questions have ", measures->fewest_samples, " to ", measures->most_samples,
                             " completions; each question has the same weight"));
    }
  }
  for (const auto& [benchmark, counts] : sizes) {
    if (counts.size() > 1) {
      warnings.push_back(cat("benchmark ", benchmark, ": rows cover different numbers of questions"));
    }
  }
}

/// The rows of one key: one if its completions were sampled in at most one way, else one for the greedy ones
/// and one per way.
std::vector<AccuracyRow> rows_of(const RowKey& key, const Collected& collected, const Names& names,
                                 const Ranges& ranges, const std::vector<Subject>& subjects) {
  const std::string& settings = names.settings.at(key.view).at(key.settings);
  std::vector<AccuracyRow> rows;
  const auto add_row = [&](const std::string& way) -> AccuracyRow& {
    AccuracyRow& row = rows.emplace_back();
    row.settings = settings.empty() || way.empty() ? settings + way : cat(settings, ", ", way);
    row.common_settings = key.settings;
    return row;
  };
  const auto add_greedy = [&](AccuracyRow& row) {
    if (collected.greedy.empty()) { return; }
    row.greedy = measures_of(ranges.of(collected.greedy));
    row.greedy_settings = subjects[collected.greedy.begin()->second].settings;
  };
  const bool apart = collected.sampled.size() > 1;
  if (collected.sampled.empty() || (apart && !collected.greedy.empty())) {
    add_greedy(add_row(apart ? "greedy" : ""));
  }
  for (const auto& [way, seeds] : collected.sampled) {
    AccuracyRow& row = add_row(names.ways.at(key.view).at(sampling_only(way)));
    if (!apart) { add_greedy(row); }
    row.sampled = measures_of(ranges.of(seeds));
    row.sampled_settings = subjects[seeds.begin()->second].settings;
    row.sampling = way;
  }
  return rows;
}

}  // namespace

AccuracyTable accuracy_of(Answers answers) {
  AccuracyTable table;
  const Repeats repeats = answers.settle();
  warn_about_contents(answers, table.warnings);
  if (repeats.doubled > 0) {
    std::string warning =
        cat(counted(repeats.doubled, "record", "is a duplicate", "are duplicates"), ", of which ",
            repeats.conflicting, repeats.conflicting == 1 ? " differs" : " differ",
            "; only one of each is counted");
    if (repeats.conflicting > 0) {
      warning += cat(" (the first that differs: ", repeats.first_conflict,
                     "; if texts differ, that with the smallest checksum counts)");
    }
    table.warnings.push_back(warning);
  }
  std::map<RowKey, Collected> rows;
  for (std::uint32_t s = 0; s < answers.subjects().size(); ++s) {
    const Subject& subject = answers.subjects()[s];
    Collected& row =
        rows[{subject.benchmark, subject.identity(), subject.view, common_settings(subject.settings)}];
    (subject.greedy() ? row.greedy
                      : row.sampled[way_of_sampling(subject.settings)])[subject.settings.dump()] = s;
  }
  const Names names = names_of(answers.subjects(), rows);
  std::vector<std::pair<const RowKey*, const Collected*>> order;
  for (const auto& [key, collected] : rows) { order.emplace_back(&key, &collected); }
  const auto place_of = [&](const RowKey& key) {
    return std::tie(key.benchmark, key.view, names.model_order.at(key.model), key.settings);
  };
  std::sort(order.begin(), order.end(),
            [&](const auto& a, const auto& b) { return place_of(*a.first) < place_of(*b.first); });
  const Ranges ranges(answers);
  for (const auto& [key, collected] : order) {
    for (AccuracyRow& row : rows_of(*key, *collected, names, ranges, answers.subjects())) {
      row.model = names.models.at(key->model);
      row.benchmark = names.benchmarks.at(key->benchmark);
      row.view = key->view;
      row.benchmark_content = key->benchmark;
      row.model_identity = key->model;
      table.rows.push_back(std::move(row));
    }
  }
  warn_about_questions(table.rows, table.warnings);
  return table;
}

AccuracyTable accuracy_of(const std::vector<evaluation::Record>& records) {
  return accuracy_of(answers_of(records));
}

}  // namespace srl::analysis
