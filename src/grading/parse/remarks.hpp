#pragma once
// Words beside a value: units, number words, conditions, and words that change the answer.
#include <string>
#include <string_view>
#include <vector>

namespace srl::grading {

struct Remark {
  std::vector<std::string> units;    ///< canonical, with the exponent where it is not 1: "m", "s^-2"
  std::string scale;                 ///< digits of the number that the value is multiplied with
  std::vector<std::string> changes;  ///< of words that change the answer: "prime", ">=" for "or more"
  bool condition = false;            ///< begins with "for", "when", "if"
  bool integer = false;              ///< says that a variable is an integer
  bool unknown = false;              ///< holds words of no known meaning
  bool approximate = false;          ///< only says "about" or "exactly"
};

/// Reads words, with LaTeX's marks between units: " million dollars", "kg m^2/s^2", "or more".
Remark remark_of(std::string_view words);
/// Whether the text begins with a word like "for", "when", "where".
bool begins_condition(std::string_view words);
/// Whether the words after "or" change the answer instead of naming another one: "or more".
bool compares_after_or(std::string_view after);

}  // namespace srl::grading
