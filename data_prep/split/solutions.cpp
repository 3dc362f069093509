#include "data_prep/split/solutions.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/agent/turns.hpp"
#include "data_prep/row/answers.hpp"
#include "data_prep/row/explain.hpp"
#include "data_prep/row/marks.hpp"
#include "data_prep/row/material.hpp"
#include "data_prep/split/forms.hpp"
#include "data_prep/split/splitters.hpp"

namespace srl::data_prep {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool applies(std::string_view splitter, const Material& material) {
  if (splitter == "array") { return material.steps.has_value(); }
  if (splitter == "agent") { return material.turns.has_value(); }
  return material.solution.has_value();
}

/// Why no splitter applies.
std::string missing(const std::vector<std::string>& splitters, const Material& material) {
  const bool of_texts = std::any_of(splitters.begin(), splitters.end(), [](const std::string& name) {
    return name != "agent" && name != "array";
  });
  if (contains(splitters, "agent") && !of_texts) {
    return material.has_turns_field ? "turns_are_no_list" : "missing_turns";
  }
  if (!of_texts) { return material.has_steps_field ? "steps_are_no_texts" : "missing_steps"; }
  if (material.solution_field == nullptr && material.has_steps_field && contains(splitters, "array")) {
    return "steps_are_no_texts";
  }
  return material.solution_field == nullptr ? "missing_solution" : "solution_is_not_text";
}

/// Uses the first splitter that gives steps. Stops at a splitter that finds faulty numbering, and after the
/// turns of an agent. False when no splitter applies.
bool split(const std::vector<std::string>& splitters, const Material& material, const Preset& preset,
           RowResult& row, SplitResult& steps) {
  bool any = false;
  for (const std::string& name : splitters) {
    const std::string_view applied = name;
    if (!applies(applied, material)) { continue; }
    SplitResult found;
    std::string used = name;
    bool last = false;
    if (applied == "array") {
      found.steps = material.steps->steps;
      found = at_least_two(std::move(found));
    } else if (applied == "agent") {
      Turns turns = agent_turns(*material.turns, {preset.observation_prefixes, preset.plain_fences});
      row.turns_left_out = turns.without_command + turns.malformed;
      last = !turns.steps.empty() || turns.malformed > 0;
      found.steps = std::move(turns.steps);
      found = at_least_two(std::move(found));
    } else {
      found = split_steps(name, *material.solution, used);
    }
    const bool first = !any, good = found.dropped.empty();
    any = true;
    if (good || first || found.dropped != "no_steps") {
      steps = std::move(found);
      row.splitter = used;
    }
    if (good || last || steps.dropped.starts_with("numbering")) { break; }
  }
  return any;
}

void put(std::vector<std::string>& paths, const std::string& given) {
  if (!given.empty()) { paths = {given}; }
}

/// Changes a preset by the fields that the user gave.
void put_fields(Preset& preset, const FieldOptions& fields, const std::vector<std::string>& usual_splitters) {
  put(preset.id, fields.id), put(preset.question, fields.question), put(preset.solution, fields.solution);
  put(preset.steps, fields.steps), put(preset.answer, fields.answer), put(preset.source, fields.source);
  put(preset.reasoning, fields.reasoning), put(preset.correct, fields.correct);
  if (!fields.question.empty()) { preset.question_more.clear(); }
  if (!fields.correct.empty()) { preset.first_error.clear(), preset.chosen_by.clear(); }
  if (!fields.solution.empty() || !fields.steps.empty()) {
    preset.domain = "math";
    preset.chosen_by.clear();  // these marks are of other solutions
  }
  if (!fields.solution.empty()) {
    std::erase_if(preset.splitters,
                  [](const std::string& name) { return name == "agent" || name == "array"; });
    if (preset.splitters.empty()) { preset.splitters = usual_splitters; }
  }
}

/// Reads one row with one preset.
class RowReading {
 public:
  RowReading(RowFields row, const Preset& preset, const Reading& reading)
      : row_(std::move(row)),
        preset_(preset),
        reading_(reading),
        splitters_(reading.splitters.empty() ? &preset.splitters : &reading.splitters) {}

  RowResult read(const std::string& source);

 private:
  RowResult rejected(const std::string& reason) const {
    RowResult result;
    result.kind = RowResult::Kind::rejected;
    result.reason = reason;
    result.id = result_.id;
    result.detail = explain(reason, row_, preset_);
    return result;
  }
  bool used(std::string_view splitter) const { return result_.splitter == splitter; }
  bool choose_element();
  bool marked_wrong();
  void note_other_marks();
  std::optional<std::string> given_answer() const;
  std::optional<std::string> answer(const std::optional<std::string>& of_splitter) const;
  void set_reasoning();

  RowFields row_;
  const Preset& preset_;
  const Reading& reading_;
  const std::vector<std::string>* splitters_;
  Material material_;
  RowResult result_;
};

/// Sets what "*" in a path stands for: the first element that a list of marks calls right. False when such
/// lists are there and call none right.
bool RowReading::choose_element() {
  bool any = false;
  for (const std::string& path : preset_.chosen_by) {
    const Json* value = row_.at(path);
    const Json* marks = row_.opened(value);
    if (marks == nullptr || !marks->is_array()) { continue; }
    any = true;
    if (const std::size_t i = first_right(*marks); i < marks->as_array().size()) {
      row_.choose(i);
      return true;
    }
  }
  return !any;
}

/// Whether a mark says that the solution or one of its steps is wrong. Notes marks that say nothing.
bool RowReading::marked_wrong() {
  bool wrong = false;
  const auto take = [&](Mark mark, const std::string& path) {
    wrong |= mark == Mark::wrong;
    if (mark == Mark::unknown) { result_.notices |= mark_not_used(path); }
  };
  for (const std::string& path : preset_.correct) {
    if (const Json* value = row_.at(path)) { take(mark_of(*row_.opened(value)), path); }
  }
  for (const std::string& path : preset_.first_error) {
    if (const Json* value = row_.at(path)) { take(mark_of_first_error(*value), path); }
  }
  if (!reading_.given.correct.empty()) { return wrong; }
  for (const auto& [name, beginning] : honoured_mark_fields()) {
    const Json* value = row_.at(name, beginning);
    if (value == nullptr || contains(preset_.correct, name) || contains(preset_.answer, name)) { continue; }
    take(mark_of(*row_.opened(value)), name);
  }
  note_other_marks();
  return wrong;
}

/// Fields that look like marks, of presets that know nothing of them.
void RowReading::note_other_marks() {
  for (const auto& [name, beginning] : other_mark_fields()) {
    const Json* value = row_.at(name, beginning);
    if (value == nullptr || value->is_object()) { continue; }
    const bool known = contains(preset_.correct, name) || contains(preset_.first_error, name) ||
                       contains(preset_.answer, name) ||
                       std::any_of(preset_.needs.begin(), preset_.needs.end(), [&](const Need& need) {
                         return need.path == name || need.path.starts_with(name + ".");
                       });
    if (known) { continue; }
    if (value->is_string() && mark_of(*value) == Mark::unknown) { continue; }  // some other text
    result_.notices |= mark_not_used(name);
  }
}

std::optional<std::string> RowReading::given_answer() const {
  const Json* field = row_.first(preset_.answer);
  if (field == nullptr) { return std::nullopt; }
  const Json* list = row_.opened(field);  // JSON text that holds a list of texts is a list, "[1, 2]" is not
  const bool texts = list != field && list->is_array() && !list->as_array().empty() &&
                     std::all_of(list->as_array().begin(), list->as_array().end(),
                                 [](const Json& item) { return item.is_string(); });
  return answer_of_field(texts ? *list : *field);
}

std::optional<std::string> RowReading::answer(const std::optional<std::string>& of_splitter) const {
  const Json* field = row_.first(preset_.answer);
  const bool of_text = !used("array") && !used("agent");
  // The field that holds the worked solution is not the final answer.
  const bool apart = field != nullptr && (!of_text || field != material_.solution_field);
  if (apart && !reading_.given.answer.empty()) { return given_answer(); }
  if (of_splitter) { return of_splitter; }
  if (apart) {
    if (auto found = given_answer()) { return found; }
  }
  if (used("agent")) { return std::nullopt; }
  if (of_text) {
    if (auto stated = stated_answer(*material_.solution)) { return stated; }
    return used("whole") && field != nullptr ? given_answer() : std::nullopt;
  }
  std::vector<std::string> texts;
  for (const trajectory::Step& step : result_.solution.steps) { texts.push_back(step.action); }
  return stated_answer(join(texts, "\n"));
}

void RowReading::set_reasoning() {
  const Json* field = row_.first(preset_.reasoning);
  if (field != nullptr && field->is_string()) {
    result_.solution.reasoning = field->as_string();
  } else if (!material_.thought.empty() && !used("agent")) {
    result_.solution.reasoning = material_.thought;
  }
}

RowResult RowReading::read(const std::string& source) {
  const bool right_one = choose_element();
  trajectory::Solution& s = result_.solution;
  if (const Json* id = row_.first(preset_.id)) { s.id = result_.id = scalar_text(*id); }
  const Json* given_source = row_.first(preset_.source);
  s.source = given_source != nullptr ? scalar_text(*given_source) : source;
  if (const std::string fault = take_question(row_, preset_, material_); !fault.empty()) {
    return rejected(fault);
  }
  s.question = std::move(material_.question);
  take_solution(row_, preset_, material_);
  result_.notices |= material_.notices;
  // A row that has an answer but no worked solution: the whole solution is the answer.
  const bool unsolved = !material_.solution || material_.solution->empty();
  if (unsolved && contains(*splitters_, "whole")) {
    if (std::optional<std::string> only = given_answer()) {
      static const std::vector<std::string> whole{"whole"};
      material_.solution = material_.held = std::move(*only);
      splitters_ = &whole;
    }
  }
  const bool incorrect = (marked_wrong() || !right_one) && reading_.drop_incorrect;
  SplitResult steps;
  // PRM800K leaves the last step of a failed solution open. Such a row is dropped as marked incorrect; it is
  // a valid record, so it is not rejected.
  if (!split(*splitters_, material_, preset_, result_, steps) && !incorrect) {
    return rejected(missing(*splitters_, material_));
  }
  if (incorrect || !steps.dropped.empty()) {
    result_.kind = RowResult::Kind::dropped;
    result_.reason = incorrect ? "marked_incorrect" : steps.dropped;
    return std::move(result_);
  }
  s.steps = std::move(steps.steps);
  const bool chat = contains(preset_.splitters, "agent") && preset_.splitters.size() > 1;
  s.domain = used("agent") ? "agent" : chat ? "math" : preset_.domain;
  if (used("agent")) { result_.notices &= ~(exchanges_left_out() | thought_taken()); }
  if (used("whole")) { result_.notices |= preset_.name == "instances" ? single_instance() : outcome_only(); }
  set_reasoning();
  s.answer = answer(steps.answer);
  return std::move(result_);
}

}  // namespace

Reading make_reading(const std::string& preset, const FieldOptions& fields, SplitterChoice splitter,
                     bool drop_incorrect) {
  Reading reading{load_presets(preset), {}, fields, drop_incorrect};
  if (splitter != SplitterChoice::automatic) {
    reading.splitters = {std::string(word(splitter))};
  } else if (!fields.steps.empty()) {
    reading.splitters = {"array"};
  }
  const std::vector<std::string> known = splitter_names();
  for (Preset& p : reading.presets) {
    for (const std::string& name : p.splitters) {
      if (!contains(known, name)) {
        throw BadOption(
            cat("preset ", p.name, ": unknown splitter '", name, "'; known are: ", join(known, ", ")));
      }
    }
    put_fields(p, fields, {"numbered", "lines_if_answer"});
  }
  return reading;
}

std::string question_of(const Json& row, const std::vector<Preset>& presets) {
  if (!row.is_object()) { return ""; }
  const RowFields fields(row);
  const Preset& preset = preset_for(fields, presets);
  Material material;
  if (preset.form.empty()) {
    take_question(fields, preset, material);
  } else {
    const Json formed = in_form(preset.form, row);
    take_question(RowFields(formed), preset, material);
  }
  return material.question;
}

RowResult read_solution(const Json& row, const Reading& reading, const std::string& source) {
  if (!row.is_object()) {
    RowResult result;
    result.kind = RowResult::Kind::rejected;
    result.reason = "not_an_object";
    result.detail = cat("the row is ", row.type_name(), ", not an object");
    return result;
  }
  RowFields fields(row);
  const Preset& preset = preset_for(fields, reading.presets);
  if (preset.form.empty()) { return RowReading(std::move(fields), preset, reading).read(source); }
  const Json formed = in_form(preset.form, row);
  return RowReading(RowFields(formed), preset, reading).read(source);
}

}  // namespace srl::data_prep
