#pragma once
// Examples as HTML: a completion beside what was expected, with the words coloured that differ.
#include <string>
#include <string_view>

namespace srl::analysis {

/// The expert's step and the model's, beside each other where there is room. Words that only the expert has
/// and words that only the model has are marked.
std::string step_pair(std::string_view expert, std::string_view model);

/// A box with a heading and contents.
std::string example_box(std::string_view heading, const std::string& content);

}  // namespace srl::analysis
