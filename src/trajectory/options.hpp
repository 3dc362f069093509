#pragma once
// The options that turn a solution into instances
// (docs/method.md, "Data: from expert solutions to instances").
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::trajectory {

enum class InstanceView { step, whole, prefix };
constexpr auto words_of(InstanceView) {
  return words<InstanceView>(
      {{"step", InstanceView::step}, {"whole", InstanceView::whole}, {"prefix", InstanceView::prefix}});
}

enum class Targets { all_but_last, all_but_first, all };
constexpr auto words_of(Targets) {
  return words<Targets>({{"all_but_last", Targets::all_but_last},
                         {"all_but_first", Targets::all_but_first},
                         {"all", Targets::all}});
}

enum class Hint { none, title };
constexpr auto words_of(Hint) {
  return words<Hint>({{"none", Hint::none}, {"title", Hint::title}});
}

enum class TargetText { full, body };
constexpr auto words_of(TargetText) {
  return words<TargetText>({{"full", TargetText::full}, {"body", TargetText::body}});
}

enum class ThinkPrefill { automatic, on, off };
constexpr auto words_of(ThinkPrefill) {
  return words<ThinkPrefill>(
      {{"auto", ThinkPrefill::automatic}, {"on", ThinkPrefill::on}, {"off", ThinkPrefill::off}});
}

enum class ActionTags { none, solution };
constexpr auto words_of(ActionTags) {
  return words<ActionTags>({{"none", ActionTags::none}, {"solution", ActionTags::solution}});
}

struct InstanceOptions {
  InstanceView view = InstanceView::step;
  Targets targets = Targets::all_but_last;
  Hint hint = Hint::none;
  TargetText target_text = TargetText::full;
  std::int64_t history = 2;               ///< agents: (action, observation) pairs shown
  std::int64_t observation_chars = 2000;  ///< agents: longer observations are cut in the middle
  ThinkPrefill think_prefill = ThinkPrefill::automatic;
  ActionTags action_tags = ActionTags::none;
  std::string system_prompt;           ///< file with a system prompt; empty = the built-in one
  std::string chat_template = "auto";  ///< auto, or the name or file of a template
  std::int64_t max_prompt_tokens = 2048;
  void visit(config::Visitor& v);  ///< section "instance"
};

}  // namespace srl::trajectory
