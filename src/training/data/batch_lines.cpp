#include "training/data/batch_lines.hpp"

#include <optional>
#include <utility>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

Json numbers(const std::vector<float>& values) {
  Json list = Json::array();
  for (const float value : values) { list.push_back(static_cast<double>(value)); }
  return list;
}

std::vector<float> floats_of(const Json& json) {
  std::vector<float> values;
  for (const Json& value : json.as_array()) { values.push_back(static_cast<float>(value.as_double())); }
  return values;
}

Json to_json(const Group& group, std::size_t answer, bool texts) {
  const Completion& completion = group.completions[answer];
  const Payload& written = completion.written();
  Json line = Json::object();
  line["draw"] = group.draw;
  line["solution"] = group.solution;
  line["k"] = group.k;
  line["answer"] = answer;
  line["prompt_ids"] = Json(group.prompt_ids());
  line["answer_ids"] = Json(written.ids);
  line["logprobs"] = numbers(written.logprobs);
  if (!written.policy_logprobs.empty()) { line["policy_logprobs"] = numbers(written.policy_logprobs); }
  line["reward"] = completion.reward;
  line["advantage"] = completion.advantage;
  line["finish_reason"] = word(completion.finish);
  if (group.carried) { line["carried"] = true; }
  if (completion.masked) { line["masked"] = true; }
  if (texts) {
    line["format_error"] = word(completion.format_error);
    line["thought"] = written.thought;
    line["action"] = written.action;
  }
  return line;
}

std::vector<std::int32_t> ids_of(const Json& json) {
  std::vector<std::int32_t> ids;
  for (const Json& id : json.as_array()) { ids.push_back(static_cast<std::int32_t>(id.as_integer())); }
  return ids;
}

template <Worded E>
E value_in(const Json& line, std::string_view field) {
  const std::string& text = line.at(field).as_string();
  const std::optional<E> value = value_of_word<E>(text);
  if (!value) { throw BadInput(cat(field, " '", text, "' is unknown")); }
  return *value;
}

bool flag(const Json& line, std::string_view field) {
  const Json* value = line.find(field);
  return value != nullptr && value->as_bool();
}

std::string text_of(const Json& line, std::string_view field) {
  const Json* value = line.find(field);
  return value != nullptr ? value->as_string() : std::string();
}

Completion completion_from(const Json& line) {
  Payload written;
  written.ids = ids_of(line.at("answer_ids"));
  written.logprobs = floats_of(line.at("logprobs"));
  if (const Json* policy = line.find("policy_logprobs")) { written.policy_logprobs = floats_of(*policy); }
  written.thought = text_of(line, "thought");
  written.action = text_of(line, "action");
  if (written.ids.empty()) { throw BadInput("answer_ids is empty: a completion needs tokens"); }
  if (!written.logprobs.empty() && written.logprobs.size() != written.ids.size()) {
    throw BadInput("logprobs and answer_ids differ in length");
  }
  if (!written.policy_logprobs.empty() && written.policy_logprobs.size() != written.ids.size()) {
    throw BadInput("policy_logprobs and answer_ids differ in length");
  }
  Completion completion;
  completion.reward = line.at("reward").as_double();
  completion.advantage = line.at("advantage").as_double();
  completion.finish = value_in<text::Finish>(line, "finish_reason");
  completion.masked = flag(line, "masked");
  if (line.find("format_error") != nullptr) {
    completion.format_error = value_in<reward::FormatError>(line, "format_error");
  }
  completion.hold(std::move(written));
  return completion;
}

Group group_from(const Json& line) {
  Group group{.draw = line.at("draw").as_integer(),
              .k = line.at("k").as_integer(),
              .solution = line.at("solution").as_string(),
              .carried = flag(line, "carried")};
  group.hold_prompt(ids_of(line.at("prompt_ids")));
  if (group.prompt_tokens == 0) { throw BadInput("prompt_ids is empty"); }
  return group;
}

}  // namespace

std::string batch_to_lines(const Batch& batch, bool texts) {
  std::string lines;
  for (const Group& group : batch) {
    for (std::size_t a = 0; a < group.completions.size(); ++a) {
      lines += to_json(group, a, texts).dump() + "\n";
    }
  }
  return lines;
}

Batch batch_from_lines(const std::string& lines, const std::string& where) {
  Batch batch;
  std::int64_t number = 0;
  for (const std::string& text : split(lines, '\n')) {
    ++number;
    if (text.empty()) { continue; }
    try {
      const Json line = Json::parse(text, "rollout");
      if (batch.empty() || batch.back().draw != line.at("draw").as_integer()) {
        batch.push_back(group_from(line));
      }
      Completion completion = completion_from(line);
      completion.number = static_cast<std::int32_t>(batch.back().completions.size());
      batch.back().completions.push_back(std::move(completion));
    } catch (const BadInput& error) { throw BadInput(cat(where, " line ", number, ": ", error.what())); }
  }
  return batch;
}

}  // namespace srl::training
