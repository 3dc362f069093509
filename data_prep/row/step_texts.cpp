#include "data_prep/row/step_texts.hpp"

#include <algorithm>

#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/row/thoughts.hpp"

namespace srl::data_prep {
namespace {

struct StepText {
  std::string title, text;
};

std::string text_at(const Json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const Json* value = object.find(name);
    if (value != nullptr && value->is_string() &&
        !python_strip(std::string_view(value->as_string())).empty()) {
      return value->as_string();
    }
  }
  return "";
}

/// Whether a step's name is more than its number: "Count", but not "2" or "Step 2".
bool is_title(std::string_view name) {
  name = python_strip(name);
  if (name.starts_with("Step ") || name.starts_with("step ")) { name = python_strip(name.substr(5)); }
  return name.find_first_not_of("0123456789.:") != std::string_view::npos;
}

std::optional<StepText> step_of(const Json& item);

/// PRM800K: the completion that was chosen, by number or written by a human.
std::optional<StepText> chosen_completion(const Json& item, const Json::Array& completions) {
  const Json* chosen = item.find("chosen_completion");
  if (chosen != nullptr && chosen->is_integer()) {
    const std::int64_t i = chosen->as_integer();
    if (i < 0 || i >= std::ssize(completions)) { return std::nullopt; }
    return step_of(completions[i]);
  }
  const Json* human = item.find("human_completion");
  return human != nullptr && human->is_object() ? step_of(*human) : std::nullopt;
}

std::optional<StepText> step_of(const Json& item) {
  if (item.is_string()) { return StepText{"", item.as_string()}; }
  if (!item.is_object()) { return std::nullopt; }
  if (const Json* completions = item.find("completions"); completions != nullptr && completions->is_array()) {
    return chosen_completion(item, completions->as_array());
  }
  StepText step{text_at(item, {"title", "heading", "name"}),
                text_at(item, {"text", "body", "content", "value", "description", "explanation"})};
  const std::string name = text_at(item, {"step"});
  if (step.text.empty()) {
    step.text = name;
  } else if (step.title.empty() && is_title(name)) {
    step.title = name;
  }
  if (step.text.empty()) { std::swap(step.title, step.text); }
  const bool holds_text = std::any_of(item.as_object().begin(), item.as_object().end(),
                                      [](const auto& member) { return member.second.is_string(); });
  return holds_text ? std::optional(step) : std::nullopt;
}

}  // namespace

std::optional<StepTexts> step_texts(const Json& array) {
  if (!array.is_array()) { return std::nullopt; }
  std::vector<std::string> titles, texts;
  for (const Json& item : array.as_array()) {
    std::optional<StepText> step = step_of(item);
    if (!step) { return std::nullopt; }
    titles.push_back(std::move(step->title));
    texts.push_back(std::move(step->text));
  }
  // A thought may begin in one step and end in another.
  StepTexts result;
  constexpr char between = '\x1e';
  const Thought taken = take_thought(join(texts, std::string(1, between)));
  if (taken.marked) {
    result.thought = taken.thought;
    std::replace(result.thought.begin(), result.thought.end(), between, '\n');
    texts = split(taken.rest, between);
    titles.assign(texts.size(), "");
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string_view text = python_strip(std::string_view(texts[i]));
    if (text.empty() && titles[i].empty()) { continue; }
    trajectory::Step& step = result.steps.emplace_back();
    const std::string title(python_strip(std::string_view(titles[i])));
    if (title.empty()) {
      step.action = std::string(text);
    } else {
      step.title = title;
      step.action = cat(result.steps.size(), ". **", title, "** ", text);
    }
  }
  return result;
}

}  // namespace srl::data_prep
