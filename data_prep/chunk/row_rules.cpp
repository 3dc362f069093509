#include "data_prep/chunk/row_rules.hpp"

#include <algorithm>

#include "base/characters.hpp"
#include "base/checksum.hpp"
#include "base/error.hpp"
#include "data_prep/chunk/near_duplicates.hpp"
#include "data_prep/row/explain.hpp"
#include "text/normalised_question.hpp"

namespace srl::data_prep {

std::string over_limit(const trajectory::Solution& solution, const RowRules& rules) {
  const LimitOptions& limits = rules.limits;
  if (limits.steps > 0 && std::ssize(solution.steps) > limits.steps) { return "too_many_steps"; }
  const auto check = [&](std::int64_t question, std::int64_t whole, std::int64_t step,
                         const auto& length) -> std::string {
    if (question > 0 && length(solution.question) > question) { return "question_too_long"; }
    if (whole == 0 && step == 0) { return ""; }
    std::int64_t sum = 0;
    for (const trajectory::Step& s : solution.steps) {
      const std::int64_t one = length(s.action);
      if (step > 0 && one > step) { return "step_too_long"; }
      sum += one;
    }
    return whole > 0 && sum > whole ? "solution_too_long" : "";
  };
  const std::string by_characters =
      check(limits.question_chars, limits.solution_chars, limits.step_chars, count_code_points);
  if (!by_characters.empty() || rules.tokenizer == nullptr) { return by_characters; }
  return check(limits.question_tokens, limits.solution_tokens, limits.step_tokens,
               [&](const std::string& text) { return std::ssize(rules.tokenizer->encode(text)); });
}

void RowProcessor::describe(const RowResult& result, RowRecord& record) {
  const trajectory::Solution& s = result.solution;
  scratch_.assign(s.question);
  std::size_t text = s.question.size() + s.source.size() + s.domain.size() + s.id.size() +
                     s.reasoning.value_or("").size() + s.answer.value_or("").size();
  for (const trajectory::Step& step : s.steps) {
    scratch_ += '\x1f';
    scratch_ += step.action;
    text += step.action.size() + (step.title ? step.title->size() : 0) +
            (step.thought ? step.thought->size() : 0) + (step.observation ? step.observation->size() : 0);
  }
  record.content[0] = xxh3_64(scratch_, 0);
  record.content[1] = xxh3_64(scratch_, 1);
  record.text_bytes = text;
  record.steps = s.steps.size();
}

void RowProcessor::add(const RowText& row, const std::string& source, ChunkWriter& chunk) {
  RowRecord record;
  record.offset = row.offset;
  record.line = row.line;
  RowResult failed;
  failed.kind = Kind::rejected;
  failed.reason = row.fault == nullptr ? "bad_json" : row.fault;
  if (row.fault == nullptr) {
    Json json;
    bool good = true;
    try {
      json = parser_.parse(row.text, "row");
    } catch (const BadInput&) { good = false; }
    if (good) { return add(json, record, row.text, source, chunk); }
  }
  if (row.fault == nullptr) {
    failed.detail = explain_text(row.text);
  } else if (failed.reason == "row_too_long") {
    failed.detail = "a row is longer than --limits.row_bytes";
  }
  record.kind = failed.kind;
  record.reason = reason_number(failed.reason);
  chunk.add(record, failed, row.text);
}

void RowProcessor::add(const Json& row, RowRecord record, std::string_view excerpt, const std::string& source,
                       ChunkWriter& chunk) {
  RowResult result = read_solution(row, rules_.reading, source);
  const auto drop = [&](const std::string& reason) {
    result.kind = Kind::dropped;
    result.reason = reason;
  };
  if (result.kind == Kind::kept) {
    if (const std::string reason = over_limit(result.solution, rules_); !reason.empty()) { drop(reason); }
  }
  if (result.kind == Kind::kept) {
    if (rules_.compare_questions || !rules_.contamination.empty()) {
      const std::string normalised = text::normalised_question(result.solution.question);
      record.question = xxh3_64(normalised, rules_.holdout_seed);
      if (rules_.compare_questions) { record.sketch = sketch_of(normalised); }
      record.contaminated = !rules_.contamination.empty() && rules_.contamination.contains(normalised);
    }
    if (record.contaminated != 0 && rules_.drop_contaminated) {
      drop("contaminated");
    } else {
      describe(result, record);
    }
  }
  record.kind = result.kind;
  record.reason = reason_number(result.reason);
  record.splitter = splitter_number(result.splitter);
  record.turns_left_out = result.turns_left_out;
  record.notices = result.notices;
  chunk.add(record, result, excerpt);
}

}  // namespace srl::data_prep
