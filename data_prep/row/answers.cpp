#include "data_prep/row/answers.hpp"

#include <algorithm>
#include <vector>

#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "grading/grading.hpp"

namespace srl::data_prep {

std::string scalar_text(const Json& value) {
  if (value.is_bool()) { return value.as_bool() ? "True" : "False"; }
  if (value.is_number() && !value.is_integer()) {
    std::string text = value.dump();  // 36.0 is a whole number
    if (text.ends_with(".0")) { text.resize(text.size() - 2); }
    return text;
  }
  return value.is_string() ? value.as_string() : value.dump();
}

std::optional<std::string> stated_answer(std::string_view solution) {
  grading::Extracted found = grading::extract_answer(solution);
  const bool stated = found.how == "boxed" || found.how == "answer_is";
  return found.found && stated && !found.answer.empty() ? std::optional(std::move(found.answer))
                                                        : std::nullopt;
}

std::optional<std::string> answer_of_field(const Json& value) {
  if (value.is_null()) { return std::nullopt; }
  if (value.is_array()) {
    const Json::Array& items = value.as_array();
    if (items.size() == 1) { return answer_of_field(items[0]); }
    const bool texts =
        std::all_of(items.begin(), items.end(), [](const Json& item) { return item.is_string(); });
    if (items.empty()) { return std::nullopt; }
    if (!texts) { return value.dump(); }
    std::vector<std::string> all;
    for (const Json& item : items) { all.push_back(item.as_string()); }
    return join(all, ", ");
  }
  std::string text(python_strip(std::string_view(scalar_text(value))));
  if (text.empty()) { return std::nullopt; }
  if (value.is_string()) {
    if (std::optional<std::string> stated = stated_answer(text)) { return stated; }
  }
  return text;
}

}  // namespace srl::data_prep
