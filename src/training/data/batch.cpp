#include "training/data/batch.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {

std::int64_t completion_count(const Batch& batch) {
  std::int64_t count = 0;
  for (const Group& group : batch) { count += static_cast<std::int64_t>(group.completions.size()); }
  return count;
}

std::int64_t completion_tokens(const Batch& batch) {
  std::int64_t count = 0;
  for (const Group& group : batch) {
    for (const Completion& completion : group.completions) {
      count += static_cast<std::int64_t>(completion.ids.size());
    }
  }
  return count;
}

Json completion_to_json(const Group& group, std::size_t completion, bool texts) {
  const Completion& rollout = group.completions.at(completion);
  Json line = Json::object();
  line["draw"] = group.draw;
  line["solution"] = group.solution;
  line["k"] = group.k;
  line["answer"] = completion;
  line["prompt_ids"] = Json(group.prompt);
  line["answer_ids"] = Json(rollout.ids);
  Json logprobs = Json::array();
  for (float value : rollout.logprobs) { logprobs.push_back(static_cast<double>(value)); }
  line["logprobs"] = std::move(logprobs);
  line["reward"] = rollout.reward;
  line["advantage"] = rollout.advantage;
  line["finish_reason"] = word(rollout.finish);
  if (group.carried) { line["carried"] = true; }
  if (rollout.masked) { line["masked"] = true; }
  if (texts) {
    line["format_error"] = word(rollout.format_error);
    line["thought"] = rollout.thought;
    line["action"] = rollout.action;
  }
  return line;
}

namespace {

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

Completion completion_from_json(const Json& line) {
  Completion rollout;
  rollout.ids = ids_of(line.at("answer_ids"));
  for (const Json& value : line.at("logprobs").as_array()) {
    rollout.logprobs.push_back(static_cast<float>(value.as_double()));
  }
  rollout.reward = line.at("reward").as_double();
  rollout.advantage = line.at("advantage").as_double();
  rollout.finish = value_in<text::Finish>(line, "finish_reason");
  if (const Json* masked = line.find("masked")) { rollout.masked = masked->as_bool(); }
  if (line.find("format_error") != nullptr) {
    rollout.format_error = value_in<reward::FormatError>(line, "format_error");
  }
  if (const Json* thought = line.find("thought")) { rollout.thought = thought->as_string(); }
  if (const Json* action = line.find("action")) { rollout.action = action->as_string(); }
  if (rollout.ids.empty()) { throw BadInput("an answer without ids"); }
  if (!rollout.logprobs.empty() && rollout.logprobs.size() != rollout.ids.size()) {
    throw BadInput("logprobs and answer_ids differ in length");
  }
  return rollout;
}

}  // namespace

Batch batch_from_lines(const std::string& lines, const std::string& where) {
  Batch batch;
  std::int64_t number = 0;
  for (const std::string& text : split(lines, '\n')) {
    ++number;
    if (text.empty()) { continue; }
    try {
      const Json line = Json::parse(text, "rollout");
      const std::int64_t draw = line.at("draw").as_integer();
      if (batch.empty() || batch.back().draw != draw) {
        const Json* carried = line.find("carried");
        batch.push_back({draw,
                         line.at("k").as_integer(),
                         line.at("solution").as_string(),
                         ids_of(line.at("prompt_ids")),
                         {},
                         carried != nullptr && carried->as_bool()});
        if (batch.back().prompt.empty()) { throw BadInput("an empty prompt"); }
      }
      batch.back().completions.push_back(completion_from_json(line));
    } catch (const BadInput& error) { throw BadInput(cat(where, " line ", number, ": ", error.what())); }
  }
  return batch;
}

std::string batch_to_lines(const Batch& batch, bool texts) {
  std::string lines;
  for (const Group& group : batch) {
    for (std::size_t a = 0; a < group.completions.size(); ++a) {
      lines += completion_to_json(group, a, texts).dump() + "\n";
    }
  }
  return lines;
}

}  // namespace srl::training
