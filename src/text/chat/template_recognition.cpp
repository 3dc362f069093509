#include "text/chat/template_recognition.hpp"

#include <algorithm>

namespace srl::text {
namespace {

char unescape(char c) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: return c;
  }
}

/// Reads the inside of a tag, from `at` (after its opening) to its closing. Returns the position after the
/// tag.
std::size_t read_tag(std::string_view source, std::size_t at, std::string_view close, TemplateParts& parts) {
  while (at < source.size() && !source.substr(at).starts_with(close)) {
    const char quote = source[at];
    if (quote != '\'' && quote != '"') {
      parts.code += quote;
      ++at;
      continue;
    }
    std::string literal;
    for (++at; at < source.size() && source[at] != quote; ++at) {
      if (source[at] == '\\' && at + 1 < source.size()) {
        literal += unescape(source[++at]);
      } else {
        literal += source[at];
      }
    }
    ++at;
    parts.literals.insert(std::move(literal));
    parts.code += ' ';
  }
  parts.code += ' ';
  return std::min(at + close.size(), source.size());
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// True for literals that do not identify a template: those for tool calls, which our prompts never contain,
/// and names of roles and fields.
bool says_nothing(std::string_view literal) {
  constexpr std::string_view neutral[] = {"",          "\n",
                                          "\n\n",      "role",
                                          "content",   "reasoning_content",
                                          "system",    "user",
                                          "assistant", "string",
                                          "text",      "type",
                                          "default",   "equalto",
                                          "name",      "code_interpreter",
                                          "}",         ", ",
                                          R"(", )",    R"({"name": ")",
                                          R"(.call()", R"(=")",
                                          R"(")",      R"())"};
  for (const std::string_view word : neutral) {
    if (literal == word) { return true; }
  }
  if (contains(literal, "<|im_start|>system\n") || contains(literal, "<think>") ||
      literal.starts_with("You are")) {
    return false;
  }
  for (const std::string_view word :
       {"tool", "Tool", "function", "argument", "parameter", "ipython", "variables"}) {
    if (contains(literal, word)) { return true; }
  }
  return false;
}

std::optional<RecognisedTemplate> recognised(const std::string& name) {
  return RecognisedTemplate{name, *template_rules(name)};
}

std::optional<RecognisedTemplate> recognise_chatml(const std::set<std::string>& literals) {
  constexpr std::string_view system_begin = "<|im_start|>system\n", system_end = "<|im_end|>\n";
  bool history_thoughts = false, empty_thought = false, open_thought = false;
  std::set<std::string> systems;
  for (const std::string& literal : literals) {
    if (literal == "\n<think>\n" || literal == "\n</think>\n\n") {
      history_thoughts = true;
    } else if (literal == "<think>\n\n</think>\n\n") {
      empty_thought = true;
    } else if (literal == "<|im_start|>assistant\n<think>\n") {
      open_thought = true;
    } else if (literal.starts_with(system_begin) && literal.ends_with(system_end) &&
               literal.size() > system_begin.size() + system_end.size()) {
      systems.insert(
          literal.substr(system_begin.size(), literal.size() - system_begin.size() - system_end.size()));
    }
  }
  for (const std::string& literal : literals) {
    const bool marker = literal == "<|im_start|>" || literal == "<|im_end|>" || literal == "<|im_end|>\n" ||
                        literal == system_begin || literal == "<|im_start|>user" ||
                        literal == "<|im_start|>user\n" || literal == "<|im_start|>assistant" ||
                        literal == "<|im_start|>assistant\n";
    const bool thought =
        literal == "\n<think>\n" || literal == "\n</think>\n\n" || literal == "<think>\n\n</think>\n\n" ||
        literal == "<|im_start|>assistant\n<think>\n" || literal == "<think>" || literal == "</think>";
    const bool system =
        systems.contains(literal) || (literal.starts_with(system_begin) && literal.ends_with(system_end));
    if (!marker && !thought && !system && !says_nothing(literal)) { return std::nullopt; }
  }
  if (systems.size() > 1) { return std::nullopt; }
  if (systems.empty()) {
    if (open_thought) { return recognised("qwen3_thinking"); }
    if (empty_thought || history_thoughts) { return recognised("qwen3"); }
    return recognised("chatml");
  }
  if (history_thoughts || empty_thought || open_thought) { return std::nullopt; }
  for (const char* name : {"chatml_qwen", "chatml_smollm"}) {
    if (template_rules(name)->default_system == *systems.begin()) { return recognised(name); }
  }
  auto other = recognised("chatml");
  other->rules.default_system = *systems.begin();
  return other;
}

std::optional<RecognisedTemplate> recognise_llama3(const std::set<std::string>& literals) {
  bool dates = false;
  for (const std::string& literal : literals) {
    if (literal == "Cutting Knowledge Date: December 2023\n") { dates = true; }
    const bool known = literal == "<|begin_of_text|>" || literal == "<|start_header_id|>" ||
                       literal == "<|end_header_id|>\n\n" || literal == "<|eot_id|>" ||
                       literal == "<|start_header_id|>system<|end_header_id|>\n\n" ||
                       literal == "<|start_header_id|>user<|end_header_id|>\n\n" ||
                       literal == "<|start_header_id|>assistant<|end_header_id|>\n\n" ||
                       literal == "Cutting Knowledge Date: December 2023\n" || literal == "Today Date: " ||
                       literal == "26 Jul 2024" || literal == "%d %b %Y" || literal == "<|python_tag|>" ||
                       literal == "<|eom_id|>";
    if (!known && !says_nothing(literal)) { return std::nullopt; }
  }
  return recognised(dates ? "llama3_1" : "llama3");
}

}  // namespace

TemplateParts template_parts(std::string_view source) {
  TemplateParts parts;
  for (std::size_t at = 0; at < source.size();) {
    const std::string_view rest = source.substr(at);
    if (rest.starts_with("{#")) {
      const std::size_t end = source.find("#}", at);
      at = end == std::string_view::npos ? source.size() : end + 2;
    } else if (rest.starts_with("{{")) {
      at = read_tag(source, at + 2, "}}", parts);
    } else if (rest.starts_with("{%")) {
      at = read_tag(source, at + 2, "%}", parts);
    } else {
      if (!contains(" \t\r\n", std::string_view(&source[at], 1))) { parts.outside += source[at]; }
      ++at;
    }
  }
  return parts;
}

std::optional<RecognisedTemplate> recognise_template(std::string_view source) {
  const TemplateParts parts = template_parts(source);
  if (!parts.outside.empty() || !contains(parts.code, "add_generation_prompt")) { return std::nullopt; }
  bool chatml = false, llama3 = false;
  for (const std::string& literal : parts.literals) {
    chatml = chatml || literal.starts_with("<|im_start|>");
    llama3 = llama3 || literal.starts_with("<|start_header_id|>");
  }
  const bool trims = contains(parts.code, "trim");
  if (chatml && !llama3 && !trims) { return recognise_chatml(parts.literals); }
  if (llama3 && !chatml && trims) { return recognise_llama3(parts.literals); }
  return std::nullopt;
}

}  // namespace srl::text
