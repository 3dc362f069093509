#include "data_prep/guess/ways.hpp"

#include <array>

#include "base/strings.hpp"
#include "data_prep/row/explain.hpp"

namespace srl::data_prep {
namespace {

/// The fields that explain.hpp suggests by their names.
FieldOptions suggested(const Json& row) {
  FieldOptions fields;
  const std::vector<std::string> words = split(suggested_fields(RowFields(row)), ' ');
  for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
    std::string* role = words[i] == "--fields.question"   ? &fields.question
                        : words[i] == "--fields.solution" ? &fields.solution
                                                          : &fields.answer;
    *role = words[i + 1];
  }
  return fields;
}

std::vector<Way> ways_for(const Json& row) {
  constexpr std::array splitters{SplitterChoice::automatic, SplitterChoice::paragraphs,
                                 SplitterChoice::sentences, SplitterChoice::lines};
  std::vector<Way> ways;
  const FieldOptions named = suggested(row);
  FieldOptions short_named = named;  // only the question and the answer
  short_named.solution.clear();
  for (const SplitterChoice splitter : splitters) { ways.push_back({"auto", {}, splitter}); }
  if (!named.question.empty() && !named.solution.empty()) {
    FieldOptions fields = named;
    if (fields.answer == fields.solution) { fields.answer.clear(); }
    for (const SplitterChoice splitter : splitters) { ways.push_back({"auto", fields, splitter}); }
  }
  if (!named.question.empty() && !named.answer.empty()) {
    FieldOptions fields = named;  // a worked solution may be in the field of the answer
    fields.solution = fields.answer;
    fields.answer.clear();
    for (const SplitterChoice splitter : splitters) { ways.push_back({"auto", fields, splitter}); }
    ways.push_back({"deepscaler", short_named, SplitterChoice::automatic});
  }
  return ways;
}

/// Rows with steps count more than rows for outcome rewards.
std::int64_t worth(const Outcome& outcome) {
  return 4 * outcome.with_steps + outcome.whole;
}

}  // namespace

std::string Way::arguments() const {
  std::string text;
  if (preset != "auto") { text += cat(" --preset ", preset); }
  if (!fields.question.empty()) { text += cat(" --fields.question ", fields.question); }
  if (!fields.solution.empty()) { text += cat(" --fields.solution ", fields.solution); }
  if (!fields.answer.empty()) { text += cat(" --fields.answer ", fields.answer); }
  if (splitter != SplitterChoice::automatic) { text += cat(" --splitter ", word(splitter)); }
  return text;
}

Outcome outcome_of(const Way& way, const std::vector<Json>& rows) {
  Outcome outcome;
  outcome.way = way;
  const Reading reading = make_reading(way.preset, way.fields, way.splitter, true);
  for (const Json& row : rows) {
    RowResult result = read_solution(row, reading, "guess");
    if (result.kind != RowResult::Kind::kept) {
      ++(result.kind == RowResult::Kind::dropped ? outcome.dropped : outcome.rejected)[result.reason];
      if (outcome.first_fault.empty()) {
        outcome.first_fault = cat(result.reason, result.detail.empty() ? "" : ": ", result.detail);
      }
      continue;
    }
    ++(result.splitter == "whole" ? outcome.whole : outcome.with_steps);
    ++outcome.splitters[result.splitter];
    for (unsigned bit = 0; bit < 64; ++bit) {
      if ((result.notices >> bit & 1) != 0) { ++outcome.notices[bit]; }
    }
    if (!outcome.first) { outcome.first = std::move(result); }
  }
  return outcome;
}

Outcome best_outcome(const std::vector<Json>& rows) {
  Outcome best = outcome_of({}, rows);
  const std::int64_t marked = best.dropped["marked_incorrect"];
  std::erase_if(best.dropped, [](const auto& entry) { return entry.second == 0; });
  // A default that keeps half of what it can keep is good enough.
  const std::int64_t possible = std::ssize(rows) - marked;
  if (possible == 0 || 2 * (best.with_steps + best.whole) >= possible) { return best; }
  for (const Way& way : ways_for(rows.front())) {
    Outcome other = outcome_of(way, rows);
    if (worth(other) > worth(best)) { best = std::move(other); }
  }
  return best;
}

}  // namespace srl::data_prep
