#include "jobs/options/generate.hpp"

namespace srl::jobs {

void GenerateOptions::visit(config::Visitor& v) {
  v.first_page({.required = {"model"},
                .often = {"input", "output", "completions", "sampling.max_new_tokens", "sampling.temperature",
                          "sampling.greedy"}});
  common.visit(v);
  v.section("");
  v.option("model", model, "Hugging Face model folder");
  v.option("input", input, "file of JSON lines; empty = stdin");
  v.option("output", output, "file of JSON lines; empty = stdout");
  v.option("completions", completions, "completions per line", config::at_least(1));
  v.option("resume", resume,
           "resume after the lines already in --output; OUTPUT.source says what they were made from, and a "
           "change is refused");
  device.visit(v);
  v.section("instance");
  v.option(
      "chat_template", chat_template,
      "chat template for messages: auto recognises the model's own; else the name or file of a template");
  sampling.visit(v);
  rollout.visit(v);
}

}  // namespace srl::jobs
