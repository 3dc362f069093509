#include "data_prep/split/forms.hpp"

#include <algorithm>
#include <cctype>

#include "base/characters.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "data_prep/row/answers.hpp"

namespace srl::data_prep {
namespace {

const std::string& text_at(const Json& row, const char* name) {
  static const std::string none;
  const Json* value = row.find(name);
  return value != nullptr && value->is_string() ? value->as_string() : none;
}

/// Positions where "Step N:" begins, for N = 1, 2, …
std::vector<std::size_t> step_begins(std::string_view text) {
  std::vector<std::size_t> begins;
  for (std::size_t at = 0;; ++at) {
    at = text.find(cat("Step ", begins.size() + 1, ":"), at);
    if (at == std::string_view::npos) { return begins; }
    begins.push_back(at);
  }
}

/// Takes the mark "+", "-" or the placeholder "ки" from the end of a step.
std::string take_mark(std::string_view& step) {
  step = python_strip(step);
  for (const std::string_view mark : {"+", "-", "ки", "\xE2\x88\x92"}) {
    const std::size_t before = step.size() - mark.size();
    const bool alone = step.ends_with(mark) && before > 0 && std::isspace(byte_of(step[before - 1])) != 0;
    if (!alone) { continue; }
    step = python_strip(step.substr(0, before));
    return std::string(mark == "\xE2\x88\x92" ? "-" : mark);
  }
  return "";
}

/// `label`: "QUESTION Step 1: … +\nStep 2: … -". `input` is the same text with other marks.
Json math_shepherd(const Json& row) {
  const std::string& text = text_at(row, "label");
  const std::vector<std::size_t> begins = step_begins(text);
  Json steps = Json::array(), marks = Json::array();
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::size_t end = i + 1 < begins.size() ? begins[i + 1] : text.size();
    std::string_view step = std::string_view(text).substr(begins[i], end - begins[i]);
    const std::string mark = take_mark(step);
    if (mark == "+" || mark == "-") { marks.push_back(mark); }
    steps.push_back(Json(step));
  }
  const std::size_t first = begins.empty() ? text.size() : begins.front();
  Json fields = Json::object();
  fields["question"] = python_strip(std::string_view(text).substr(0, first));
  if (!steps.as_array().empty()) {
    if (const auto answer = stated_answer(steps.as_array().back().as_string())) {
      fields["final_answer"] = *answer;
    }
  }
  fields["steps"] = std::move(steps);
  fields["step_marks"] = std::move(marks);
  return fields;
}

/// "a ) 38 , b ) 27.675": a list of choices.
Json choices_of(std::string_view text) {
  Json choices = Json::array();
  std::size_t from = 0;
  for (std::size_t at = text.find(','); at != std::string_view::npos; at = text.find(',', at + 1)) {
    const std::string_view rest = python_strip(text.substr(at + 1));
    const bool begins = rest.size() > 2 && std::isalpha(byte_of(rest[0])) != 0 &&
                        python_strip(rest.substr(1)).starts_with(")");
    if (!begins) { continue; }
    choices.push_back(Json(python_strip(text.substr(from, at - from))));
    from = at + 1;
  }
  choices.push_back(Json(python_strip(text.substr(from))));
  return choices;
}

Json mathqa(const Json& row) {
  Json fields = Json::object();
  std::string_view rationale = python_strip(std::string_view(text_at(row, "Rationale")));
  if (rationale.size() > 1 && rationale.front() == '"' && rationale.back() == '"') {
    rationale = python_strip(rationale.substr(1, rationale.size() - 2));
  }
  fields["Rationale"] = rationale;
  if (const std::string& options = text_at(row, "options"); !options.empty()) {
    fields["options"] = choices_of(options);
  }
  return fields;
}

struct Form {
  std::string_view name;
  Json (*fields)(const Json& row);
};
constexpr Form known_forms[] = {{"math_shepherd", math_shepherd}, {"mathqa", mathqa}};

}  // namespace

bool is_form(const std::string& name) {
  return std::any_of(std::begin(known_forms), std::end(known_forms),
                     [&](const Form& form) { return form.name == name; });
}

Json in_form(const std::string& name, const Json& row) {
  Json result = Json::object();
  for (const Form& form : known_forms) {
    if (form.name == name) { result = form.fields(row); }
  }
  for (const auto& [key, value] : row.as_object()) {
    if (result.find(key) == nullptr) { result.append_member(key, value); }
  }
  return result;
}

}  // namespace srl::data_prep
