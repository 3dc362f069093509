#include "trajectory/options.hpp"

namespace srl::trajectory {

void InstanceOptions::visit(config::Visitor& v) {
  v.section("instance");
  v.option("view", view,
           "what the prompt asks for: the next step, the whole solution, or the rest after a prefix of "
           "expert steps");
  v.option("targets", targets, "steps that are targets; the paper never asks for the last one");
  v.option("hint", hint, "hint in the prompt: title shows the title of the target step");
  v.option("target_text", target_text,
           "which text of the step is compared: full includes 'N. **Title**', body does not");
  v.option("history", history, "agents: number of (action, observation) pairs shown in the prompt",
           config::at_least(0));
  v.option("observation_chars", observation_chars,
           "agents: maximum length of an observation in characters; longer ones are cut in the middle",
           config::at_least(64));
  v.option("think_prefill", think_prefill,
           "whether the prompt ends with <think>; auto adds it unless the chat template does");
  v.option("action_tags", action_tags,
           "tags around the action: solution = the prompt asks for <solution> ... </solution>");
  v.option("system_prompt", system_prompt,
           "file with a system prompt that replaces the built-in one; empty = built-in");
  v.option("chat_template", chat_template,
           "chat template: auto recognises the model's own; otherwise the name or file of a template");
  v.option("max_prompt_tokens", max_prompt_tokens,
           "maximum length of a prompt in tokens; longer ones are dropped and counted", config::at_least(1));
}

}  // namespace srl::trajectory
