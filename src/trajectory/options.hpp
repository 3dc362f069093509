#pragma once
// What is asked (docs/method.md, "Instances, prompts and targets"): the options that turn a solution into instances.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::trajectory {

struct InstanceOptions {
  std::string view = "step";              ///< step | whole | prefix
  std::string targets = "all_but_last";   ///< all_but_last | all_but_first | all
  std::string hint = "none";              ///< none | title
  std::string target_text = "full";       ///< full | body
  std::int64_t history = 2;               ///< agents: (action, observation) pairs shown
  std::int64_t observation_chars = 2000;  ///< agents: longer observations are cut in the middle
  std::string think_prefill = "auto";     ///< auto | on | off
  std::string action_tags = "none";       ///< none | solution
  std::string system_prompt;              ///< file that replaces ours; empty = ours
  std::string layout = "auto";
  std::int64_t max_prompt_tokens = 2048;
  void visit(config::Visitor& v);         ///< section "instance"
};

}  // namespace srl::trajectory
