#include "analysis/page/record_figures.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/page/clipped.hpp"
#include "base/checksum.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

using evaluation::Record;
constexpr std::size_t examples_of_a_kind = 2;

/// Equal for records of one question and sample only.
std::string place_of(const Record& record) {
  const QuestionKey question = question_of(record);
  return cat(question.cluster, ' ', question.number, ' ', record.sample, ' ', question.reference);
}

RecordExample example_of(const Record& record, std::uint64_t order) {
  return {order,
          record.question,
          record.sample,
          clipped(record.id, 200),
          clipped(record.text, 3000),
          clipped(record.answer, 1500),
          clipped(record.reference, 1500),
          record.similarity,
          record.tokens};
}

void keep_example(std::vector<RecordExample>& examples, const Record& record, std::uint64_t order) {
  const auto rank = std::tie(order, record.question, record.sample);
  if (examples.size() == examples_of_a_kind && examples.back().rank() <= rank) { return; }
  examples.push_back(example_of(record, order));
  std::sort(examples.begin(), examples.end(),
            [](const RecordExample& a, const RecordExample& b) { return a.rank() < b.rank(); });
  if (examples.size() > examples_of_a_kind) { examples.pop_back(); }
}

}  // namespace

Kind kind_of(const Record& record) {
  using text::Finish;
  if (record.correct) { return Kind::right; }
  switch (record.finish) {
    case Finish::not_asked: return Kind::not_asked;
    case Finish::length: return Kind::truncated;
    case Finish::bad_format: return Kind::bad_format;
    case Finish::max_steps: return Kind::max_steps;
    case Finish::stop:
    case Finish::unfinished: break;
  }
  return record.answer.empty() ? Kind::no_answer : Kind::wrong;
}

RecordGroup& RecordFigures::group_of(const Record& record) {
  if (last_ != nullptr && last_->model == record.model && last_->model_checksum == record.model_checksum &&
      last_->benchmark == record.benchmark && last_->benchmark_checksum == record.benchmark_checksum &&
      last_->view == record.view && last_settings_ == record.settings) {
    return *last_;
  }
  const std::string settings = way_of_sampling(record);
  const Key key{{record.benchmark, record.benchmark_checksum}, record.view, model_of(record), settings};
  RecordGroup& group = groups_[key];
  if (group.view.empty()) {
    group.model = record.model;
    group.model_checksum = record.model_checksum;
    group.benchmark = record.benchmark;
    group.benchmark_checksum = record.benchmark_checksum;
    group.view = record.view;
    group.settings = settings;
    group.greedy = is_greedy(record);
  }
  last_settings_ = record.settings;
  last_ = &group;
  return group;
}

void RecordFigures::add(const Record& record) {
  RecordGroup& group = group_of(record);
  const std::string place = place_of(record);
  const std::string identity = cat(group.benchmark, '\n', group.benchmark_checksum, '\n', model_of(record),
                                   '\n', group.view, '\n', group.settings, '\n', place);
  if (!seen_.insert(xxh3_64(identity)).second) { return; }
  ++completions_;
  const auto kind = static_cast<std::size_t>(kind_of(record));
  ++group.counts[kind];
  if (kind_of(record) != Kind::not_asked) { ++group.lengths[record.tokens]; }
  if (record.similarity && std::isfinite(*record.similarity)) {
    const auto bin =
        std::clamp<std::int64_t>(std::llround(std::floor(*record.similarity * 20 + 1e-9)), 0, 19);
    ++group.similarities[static_cast<std::size_t>(bin)];
  }
  keep_example(group.examples[kind], record, xxh3_64(place));
}

std::vector<RecordGroup> RecordFigures::groups() const {
  std::set<Content> benchmarks;
  std::map<std::string, Content> models;
  std::map<std::pair<std::string, bool>, std::set<std::string>> settings;  // by view, of greedy and others
  for (const auto& [key, group] : groups_) {
    benchmarks.insert(std::get<0>(key));
    models.try_emplace(std::get<2>(key), group.model, group.model_checksum);
    settings[{group.view, group.greedy}].insert(group.settings);
  }
  std::set<Content> contents;
  for (const auto& [identity, content] : models) { contents.insert(content); }
  const auto benchmark_labels = labels_of(benchmarks), model_labels = labels_of(contents);
  std::map<std::pair<std::string, bool>, std::map<std::string, std::string>> differences;
  for (const auto& [view, of_view] : settings) { differences[view] = differences_of(of_view); }
  std::vector<RecordGroup> groups;
  for (const auto& [key, group] : groups_) {
    groups.push_back(group);
    const std::string& difference = differences[{group.view, group.greedy}][group.settings];
    groups.back().label =
        cat(benchmark_labels.at(std::get<0>(key)), ", ", model_labels.at(models.at(std::get<2>(key))), ", ",
            group.view, group.greedy ? ", greedy" : ", sampled", difference.empty() ? "" : ", ", difference);
  }
  return groups;
}

Section section_of(const RecordFigures& figures) {
  Table table{{{"completions of"}, {"all"}}, {}};
  for (const auto& kind : words_of(Kind{})) { table.columns.push_back({std::string(kind.word)}); }
  for (const RecordGroup& group : figures.groups()) {
    std::vector<Cell>& row = table.rows.emplace_back();
    std::int64_t all = 0;
    for (const std::int64_t count : group.counts) { all += count; }
    row = {group.label, Count{all}};
    for (const std::int64_t count : group.counts) { row.emplace_back(Count{count}); }
  }
  return {"How completions ended", {std::move(table)}};
}

}  // namespace srl::analysis
