#include "trajectory/options.hpp"

namespace srl::trajectory {

void InstanceOptions::visit(config::Visitor& v) {
  v.section("instance");
  v.option("view", view, "what is asked: the next step, the whole solution, or the rest after a prefix", config::Choices{{"step", "whole", "prefix"}});
  v.option("targets", targets, "steps that are targets (the paper never asks for the last)",
           config::Choices{{"all_but_last", "all_but_first", "all"}});
  v.option("hint", hint, "show the next step's title", config::Choices{{"none", "title"}});
  v.option("target_text", target_text, "with or without 'N. **Title**'", config::Choices{{"full", "body"}});
  v.option("history", history, "agents: (action, observation) pairs shown", config::at_least(0));
  v.option("observation_chars", observation_chars, "agents: longer observations are cut in the middle, characters", config::at_least(64));
  v.option("think_prefill", think_prefill, "open the answer with <think> in the prompt; auto = unless the layout does",
           config::Choices{{"auto", "on", "off"}});
  v.option("action_tags", action_tags, "also ask for <solution> … </solution> round the action", config::Choices{{"none", "solution"}});
  v.option("system_prompt", system_prompt, "file whose text replaces our system prompt; empty = ours");
  v.option("layout", chat_template, "chat layout: auto = by the model's template, or a layout's name or file");
  v.option("max_prompt_tokens", max_prompt_tokens, "longer prompts are dropped and counted, tokens", config::at_least(1));
}

}  // namespace srl::trajectory
