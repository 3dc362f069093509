#pragma once
// Which known chat_template a model's chat template (a Jinja program) is. The program is not run: its text
// literals are collected, and it is known only when all of them belong to one chat_template. A template with
// another marker or prompt in it is unknown.
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

/// What a template is made of, for recognition.
struct TemplateParts {
  std::set<std::string> literals;  ///< texts in quotes inside {{ }} and {% %}, unescaped
  std::string code;                ///< what is between them
  std::string outside;             ///< text outside all tags, white space removed
};
TemplateParts template_parts(std::string_view source);

}  // namespace srl::text
