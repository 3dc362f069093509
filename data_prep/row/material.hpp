#pragma once
// What a row offers to the splitters: its question, its solution without thoughts, its steps and turns.
#include <optional>
#include <string>
#include <string_view>

#include "base/not_copied.hpp"
#include "data_prep/row/notices.hpp"
#include "data_prep/row/row_fields.hpp"
#include "data_prep/row/step_texts.hpp"
#include "data_prep/split/preset.hpp"

namespace srl::data_prep {

/// Valid while the row lives.
struct Material : NotCopied {
  std::string question;
  const Json* solution_field = nullptr;      ///< where the solution comes from
  std::optional<std::string_view> solution;  ///< in the row, or in `held`
  std::string held;
  std::optional<StepTexts> steps;
  std::optional<Json> turns;
  std::string thought;  ///< in the solution, or beside it
  Notices notices = 0;
  bool has_steps_field = false, has_turns_field = false;
};

/// Takes the question; returns the reason why there is none, else an empty text.
std::string take_question(const RowFields& row, const Preset& preset, Material& material);
/// Takes everything else.
void take_solution(const RowFields& row, const Preset& preset, Material& material);

}  // namespace srl::data_prep
