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
constexpr std::ptrdiff_t examples_of_a_kind = 2;

/// Equal for records of one question and sample only.
std::string place_of(const Record& record) {
  const QuestionKey question = question_of(record);
  return cat(question.cluster, ' ', question.number, ' ', record.sample, ' ', question.reference);
}

RecordExample example_of(const Record& record, std::uint64_t order, std::uint64_t text) {
  return {order,
          record.question,
          record.sample,
          text,
          clipped(record.id, 200),
          clipped(record.text, 3000),
          clipped(record.answer, 1500),
          clipped(record.reference, 1500),
          record.similarity,
          record.tokens};
}

void keep_example(std::vector<RecordExample>& examples, const Record& record, std::uint64_t order,
                  std::uint64_t text) {
  const auto rank = std::tie(order, record.question, record.sample, text);
  const auto place = std::lower_bound(examples.begin(), examples.end(), rank,
                                      [](const RecordExample& a, const auto& b) { return a.rank() < b; });
  const bool doubled = place != examples.end() && place->rank() == rank;
  if (doubled || place - examples.begin() == examples_of_a_kind) { return; }
  examples.insert(place, example_of(record, order, text));
  if (std::ssize(examples) > examples_of_a_kind) { examples.pop_back(); }
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
  const bool same = last_ != nullptr && last_->model_checksum == record.model_checksum &&
                    (!record.model_checksum.empty() || last_->model == record.model) &&
                    last_->benchmark == record.benchmark &&
                    last_->benchmark_checksum == record.benchmark_checksum && last_->view == record.view &&
                    last_settings_ == record.settings;
  if (!same) {
    const std::string settings = way_of_sampling(record);
    RecordGroup& group =
        groups_[{{record.benchmark, record.benchmark_checksum}, record.view, model_of(record), settings}];
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
    last_identity_ = cat(group.benchmark, '\n', group.benchmark_checksum, '\n', model_of(record), '\n',
                         group.view, '\n', record.settings.dump(), '\n');
    last_ = &group;
  }
  last_->model = std::min(last_->model, record.model);  // a copy of the model has another path
  return *last_;
}

void RecordFigures::count(RecordGroup& group, const Counted& counted, std::int64_t times) {
  group.counts[static_cast<std::size_t>(counted.kind)] += times;
  if (counted.kind != Kind::not_asked) {
    const auto length = group.lengths.try_emplace(counted.tokens).first;
    length->second += times;
    if (length->second == 0) { group.lengths.erase(length); }
  }
  if (counted.similarity) { group.similarities[*counted.similarity] += times; }
}

void RecordFigures::add(const Record& record) {
  RecordGroup& group = group_of(record);
  const std::string place = place_of(record);
  Counted counted{xxh3_64(record.text), record.correct, kind_of(record), record.tokens, {}};
  if (record.similarity && std::isfinite(*record.similarity)) {
    counted.similarity = static_cast<std::size_t>(
        std::clamp<std::int64_t>(std::llround(std::floor(*record.similarity * 20 + 1e-9)), 0, 19));
  }
  keep_example(group.examples[static_cast<std::size_t>(counted.kind)], record, xxh3_64(place), counted.text);
  const auto [known, added] = counted_.try_emplace(xxh3_64(last_identity_ + place), counted);
  if (!added) {
    const auto preferred = [](const Counted& one) {
      return std::tuple(one.text, !one.correct, one.kind, one.tokens, one.similarity);
    };
    if (preferred(known->second) <= preferred(counted)) { return; }
    count(group, known->second, -1);
    known->second = counted;
  }
  count(group, counted, 1);
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
