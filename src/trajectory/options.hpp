#pragma once
// The options that turn a solution into instances
// (docs/method.md, "Data: from expert solutions to instances").
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::trajectory {

enum class InstanceView { step, whole, prefix };
SRL_WORDS(InstanceView, "step", "whole", "prefix");

enum class Targets { all_but_last, all_but_first, all };
SRL_WORDS(Targets, "all_but_last", "all_but_first", "all");

enum class Hint { none, title };
SRL_WORDS(Hint, "none", "title");

enum class TargetText { full, body };
SRL_WORDS(TargetText, "full", "body");

enum class ThinkPrefill { automatic, on, off };
SRL_WORDS(ThinkPrefill, "auto", "on", "off");

enum class ActionTags { none, solution };
SRL_WORDS(ActionTags, "none", "solution");

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
