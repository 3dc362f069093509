// The built-in chat templates by name, and the user's own from a file.
#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "text/chat_template.hpp"

namespace srl::text {
namespace {

TemplateRules chatml(std::optional<std::string> default_system) {
  return {.begin = {},
          .before_role = "<|im_start|>",
          .after_role = "\n",
          .after_content = "<|im_end|>\n",
          .generation = "<|im_start|>assistant\n",
          .turn_end = "<|im_end|>",
          .default_system = std::move(default_system),
          .system_preamble = {}};
}

TemplateRules qwen3(std::string_view generation_tail) {
  TemplateRules rules = chatml(std::nullopt);
  rules.generation += generation_tail;
  rules.qwen3_history = true;
  return rules;
}

TemplateRules llama3() {
  return {.begin = "<|begin_of_text|>",
          .before_role = "<|start_header_id|>",
          .after_role = "<|end_header_id|>\n\n",
          .after_content = "<|eot_id|>",
          .generation = "<|start_header_id|>assistant<|end_header_id|>\n\n",
          .turn_end = "<|eot_id|>",
          .default_system = {},
          .system_preamble = {},
          .trim = true};
}

/// Llama 3.1 to 3.3 always write a system message with two dates. Later templates take the second date from
/// the clock. A prompt must not depend on the day of the run, so we use the template's own default date.
TemplateRules llama3_1() {
  TemplateRules rules = llama3();
  rules.system_preamble = std::string("Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n");
  rules.default_system.emplace();
  return rules;
}

TemplateRules plain() {
  return {.begin = {},
          .before_role = {},
          .after_role = {},
          .after_content = "\n\n",
          .generation = {},
          .turn_end = {},
          .default_system = {},
          .system_preamble = {}};
}

}  // namespace

std::vector<std::string> chat_template_names() {
  return {"chatml",         "chatml_qwen", "chatml_smollm", "qwen3", "qwen3_no_think",
          "qwen3_thinking", "llama3",      "llama3_1",      "plain"};
}

std::optional<TemplateRules> template_rules(const std::string& name) {
  if (name == "chatml") { return chatml(std::nullopt); }
  if (name == "chatml_qwen") {
    return chatml("You are Qwen, created by Alibaba Cloud. You are a helpful assistant.");
  }
  if (name == "chatml_smollm") {
    return chatml("You are a helpful AI assistant named SmolLM, trained by Hugging Face");
  }
  if (name == "qwen3") { return qwen3(""); }
  if (name == "qwen3_no_think") { return qwen3("<think>\n\n</think>\n\n"); }
  if (name == "qwen3_thinking") { return qwen3("<think>\n"); }
  if (name == "llama3") { return llama3(); }
  if (name == "llama3_1") { return llama3_1(); }
  if (name == "plain") { return plain(); }
  return std::nullopt;
}

TemplateRules parse_template_file(const std::string& content, const std::filesystem::path& file) {
  const Json json = Json::parse(content, file.string());
  if (!json.is_object()) { throw BadInput(cat(file.string(), ": is not an object")); }
  TemplateRules rules;
  const std::map<std::string_view, std::string*> texts{
      {"begin", &rules.begin},           {"before_role", &rules.before_role},
      {"after_role", &rules.after_role}, {"after_content", &rules.after_content},
      {"generation", &rules.generation}, {"turn_end", &rules.turn_end}};
  const auto text = [&](const std::string& key, const Json& value) {
    if (!value.is_string()) { throw BadInput(cat(file.string(), ": \"", key, "\" is not a string")); }
    return value.as_string();
  };
  for (const auto& [key, value] : json.as_object()) {
    if (const auto known = texts.find(key); known != texts.end()) {
      *known->second = text(key, value);
    } else if (key == "default_system") {
      rules.default_system = text(key, value);
    } else if (key == "trim" && value.is_bool()) {
      rules.trim = value.as_bool();
    } else {
      throw BadInput(cat(file.string(), ": \"", key, "\" = ", value.dump(),
                         " is not a field of a chat template file (known: begin, before_role, ",
                         "after_role, after_content, generation, turn_end, default_system, trim)"));
    }
  }
  if (rules.after_content.empty() && rules.after_role.empty()) {
    throw BadInput(
        cat(file.string(), ": needs \"after_content\" or \"after_role\" to separate the messages"));
  }
  return rules;
}

}  // namespace srl::text
