#pragma once
// Finds out which known chat template a model's template (a Jinja program) is. The program is not run. Its
// string literals are collected, and all of them must belong to one known template. A template with any other
// marker or prompt is unknown.
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "text/chat_template.hpp"

namespace srl::text {

struct RecognisedTemplate {
  std::string name;
  TemplateRules rules;
};
std::optional<RecognisedTemplate> recognise_template(std::string_view source);

/// The parts of a template, for recognition.
struct TemplateParts {
  std::set<std::string> literals;  ///< string literals inside {{ }} and {% %}, unescaped
  std::string code;                ///< the code between the literals
  std::string outside;             ///< text outside all tags, white space removed
};
TemplateParts template_parts(std::string_view source);

}  // namespace srl::text
