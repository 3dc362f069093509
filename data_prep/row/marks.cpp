#include "data_prep/row/marks.hpp"

#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

constexpr std::array<std::string_view, 16> right_words{
    "true",     "yes",    "correct", "right",  "1",       "1.0",        "+",        "solution",
    "resolved", "solved", "pass",    "passed", "success", "successful", "positive", "good"};
constexpr std::array<std::string_view, 24> wrong_words{
    "false",       "no",         "incorrect",         "wrong",      "0",        "0.0",     "-1",
    "-1.0",        "-",          "invalid",           "unresolved", "unsolved", "fail",    "failed",
    "failure",     "error",      "unsuccessful",      "negative",   "bad",      "give_up", "found_error",
    "bad_problem", "incomplete", "problem not solved"};

Mark mark_of_number(double value) {
  if (value == 1) { return Mark::right; }
  return value == 0 || value == -1 ? Mark::wrong : Mark::unknown;
}

Mark mark_of_word(std::string_view text) {
  const std::string word = ascii_lower(std::string(python_strip(text)));
  if (std::find(right_words.begin(), right_words.end(), word) != right_words.end()) { return Mark::right; }
  if (std::find(wrong_words.begin(), wrong_words.end(), word) != wrong_words.end()) { return Mark::wrong; }
  return word.empty() ? Mark::none : Mark::unknown;
}

constexpr std::string_view honoured =
    "correct is_correct final_answer_correct is_final_answer_correct answer_correct is_answer_correct "
    "resolved is_resolved labels step_labels";
constexpr std::string_view not_honoured =
    "label score reward rewards rating ratings verified is_verified valid is_valid success passed target "
    "correctness pass_rate";

std::vector<MarkField> fields_of(std::string_view names) {
  std::vector<MarkField> fields;
  for (std::string& name : split(names, ' ')) {
    const std::uint64_t beginning = RowFields::beginning(name);
    fields.push_back({std::move(name), beginning});
  }
  return fields;
}

}  // namespace

Mark mark_of(const Json& value) {
  if (value.is_null()) { return Mark::none; }
  if (value.is_bool()) { return value.as_bool() ? Mark::right : Mark::wrong; }
  if (value.is_number()) { return mark_of_number(value.as_double()); }
  if (value.is_string()) { return mark_of_word(value.as_string()); }
  if (!value.is_array()) { return Mark::unknown; }
  Mark all = Mark::none;
  for (const Json& item : value.as_array()) {
    const Mark one = item.is_array() ? Mark::unknown : mark_of(item);
    if (one == Mark::unknown) { return one; }
    if (one == Mark::wrong || all == Mark::none) { all = one; }
  }
  return all;
}

Mark mark_of_first_error(const Json& value) {
  if (value.is_integer()) { return value.as_integer() == -1 ? Mark::right : Mark::wrong; }
  if (!value.is_string()) { return Mark::unknown; }
  const std::string_view text = python_strip(value.as_string());
  if (text == "-1") { return Mark::right; }
  const bool number = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  return number ? Mark::wrong : Mark::unknown;
}

const std::vector<MarkField>& honoured_mark_fields() {
  static const std::vector<MarkField> names = fields_of(honoured);
  return names;
}

const std::vector<MarkField>& other_mark_fields() {
  static const std::vector<MarkField> names = fields_of(not_honoured);
  return names;
}

std::size_t first_right(const Json& marks) {
  if (!marks.is_array()) { return 0; }
  const Json::Array& items = marks.as_array();
  return std::find_if(items.begin(), items.end(),
                      [](const Json& item) { return mark_of(item) == Mark::right; }) -
         items.begin();
}

}  // namespace srl::data_prep
