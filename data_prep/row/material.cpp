#include "data_prep/row/material.hpp"

#include <algorithm>

#include "base/unicode.hpp"
#include "data_prep/agent/messages.hpp"
#include "data_prep/row/answers.hpp"
#include "data_prep/row/thoughts.hpp"

namespace srl::data_prep {
namespace {

/// The part of the question between the preset's marks.
std::string_view between(std::string_view text, const Preset& preset) {
  for (const auto& [open, close] : preset.question_between) {
    const std::size_t begin = text.find(open);
    if (begin == std::string_view::npos) { continue; }
    const std::size_t from = begin + open.size();
    if (close.empty()) { return text.substr(from); }
    const std::size_t end = text.find(close, from);
    if (end != std::string_view::npos) { return text.substr(from, end - from); }
  }
  return text;
}

/// Choices or an input that belong to the question: a text, or a list with one element per line.
std::string more_of(const Json& value) {
  if (value.is_string()) { return std::string(python_strip(std::string_view(value.as_string()))); }
  std::string lines;
  if (value.is_array()) {
    for (const Json& item : value.as_array()) {
      append(lines, python_strip(std::string_view(scalar_text(item))));
    }
  } else if (value.is_object()) {
    for (const auto& [name, item] : value.as_object()) { append(lines, name + ") " + scalar_text(item)); }
  }
  return lines;
}

bool is_chat(const Json& list) {
  return list.is_array() && !list.as_array().empty() && list.as_array()[0].is_object();
}

/// The solution in a field: a text, a list of one text, or a chat's reply.
void take_text(const RowFields& row, const Json& field, Material& material) {
  std::string_view text;
  const Json& value = *row.opened(&field);
  if (is_chat(value)) {
    Exchange exchange = first_exchange(value);
    if (exchange.reply.empty() && exchange.thought.empty()) { return; }
    if (exchange.more) { material.notices |= exchanges_left_out(); }
    material.thought = std::move(exchange.thought);
    text = material.held = std::move(exchange.reply);
  } else if (value.is_array() && value.as_array().size() == 1 && value.as_array()[0].is_string()) {
    text = value.as_array()[0].as_string();
  } else if (field.is_string()) {
    text = field.as_string();
  } else if (field.is_number()) {
    text = material.held = scalar_text(field);
  } else {
    return;
  }
  if (std::optional<Thought> marked = marked_thought(text)) {
    append(material.thought, marked->thought, "\n\n");
    text = material.held = std::move(marked->rest);
  }
  material.solution = text;
}

}  // namespace

std::string take_question(const RowFields& row, const Preset& preset, Material& material) {
  const Json* field = row.first(preset.question);
  if (field == nullptr) { return "missing_question"; }
  const Json& opened = *row.opened(field);
  std::string held;
  std::string_view text;
  if (is_chat(opened)) {
    text = held = first_exchange(opened).question;
    if (text.empty()) { return "question_is_not_text"; }
  } else if (field->is_string()) {
    text = field->as_string();
  } else {
    return "question_is_not_text";
  }
  material.question = std::string(python_strip(between(text, preset)));
  if (material.question.empty()) { return "empty_question"; }
  for (const std::string& path : preset.question_more) {
    const Json* more = row.at(path);
    if (more != nullptr) { append(material.question, more_of(*row.opened(more)), "\n\n"); }
  }
  return "";
}

void take_solution(const RowFields& row, const Preset& preset, Material& material) {
  if (const Json* steps = row.first(preset.steps)) {
    material.has_steps_field = true;
    material.steps = step_texts(*row.opened(steps));
  }
  if (const Json* turns = row.first(preset.turns)) {
    material.has_turns_field = true;
    const Json& list = *row.opened(turns);
    const Json* before = row.first(preset.turns_before);
    if (before != nullptr && row.opened(before)->is_array() && list.is_array()) {
      material.turns = *row.opened(before);
      for (const Json& item : list.as_array()) { material.turns->push_back(item); }
    } else if (list.is_array()) {
      material.turns = list;
    }
  }
  material.solution_field = row.first(preset.solution);
  if (material.solution_field != nullptr) { take_text(row, *material.solution_field, material); }
  if (material.steps && !material.steps->thought.empty()) {
    append(material.thought, material.steps->thought, "\n\n");
  }
  if (!material.thought.empty()) { material.notices |= thought_taken(); }
}

}  // namespace srl::data_prep
