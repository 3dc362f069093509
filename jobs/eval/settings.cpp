#include "jobs/eval/settings.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/checksum.hpp"
#include "base/files.hpp"
#include "config/options.hpp"

namespace srl::eval_job {
namespace {

/// {"section.name": value} of the options of these rooms.
Json values_of(jobs::EvalOptions options) {
  return config::to_json("", [&](const std::string&, config::Visitor& v) {
    options.sampling.visit(v);
    options.instance.visit(v);
    options.grading.visit(v);
  });
}

/// Options with an entry of another form, and instance.max_prompt_tokens, which has no effect here.
const std::set<std::string>& left_out() {
  static const std::set<std::string> names{
      "sampling.greedy",        "sampling.temperature",   "sampling.top_p",
      "sampling.top_k",         "sampling.min_p",         "sampling.max_new_tokens",
      "instance.chat_template", "instance.system_prompt", "instance.max_prompt_tokens"};
  return names;
}

/// The name of a built-in template; of a file, the checksum of its content.
std::string name_of(const text::ChatTemplate& chat_template) {
  const std::vector<std::string> names = text::chat_template_names();
  const bool built_in = std::find(names.begin(), names.end(), chat_template.name()) != names.end();
  return built_in ? chat_template.name() : "file " + xxh3_128_hex(read_file(chat_template.name()));
}

}  // namespace

Json settings_of(const jobs::EvalOptions& options, const text::ChatTemplate& chat_template) {
  const auto& sampling = options.sampling;
  const auto& sweep = options.sweep;
  Json settings = Json::object();
  settings["greedy"] = sampling.greedy;
  if (!sampling.greedy) {
    settings["temperature"] = sampling.temperature;
    settings["top_p"] = sampling.top_p;
    settings["top_k"] = sampling.top_k;
    settings["min_p"] = sampling.min_p;
    settings["seed"] = options.common.seed;
  }
  settings["max_new_tokens"] = sampling.max_new_tokens;
  settings["chat_template"] = name_of(chat_template);
  if (sweep.view == evaluation::EvaluationView::stepwise) {
    settings["max_steps"] = sweep.max_steps;
    if (!sampling.greedy) { settings["samples"] = sweep.samples; }  // the random numbers depend on it
  }
  if (sweep.view == evaluation::EvaluationView::whole &&
      sweep.prompt != evaluation::EvaluationPrompt::benchmark) {
    settings["prompt"] = std::string(word(sweep.prompt));
  }
  if (sweep.shots > 0) {
    settings["shots"] = sweep.shots;
    settings["shots_file"] = "file " + xxh3_128_hex(read_file(sweep.shots_file));
  }
  if (const std::string& file = options.instance.system_prompt; !file.empty()) {
    settings["system_prompt"] = "file " + xxh3_128_hex(read_file(file));
  }
  const Json defaults = values_of({}), values = values_of(options);
  for (const auto& [name, value] : values.as_object()) {
    if (left_out().contains(name) || value == defaults.at(name)) { continue; }
    settings[name.starts_with("sampling.") ? name.substr(9) : name] = value;
  }
  return settings;
}

}  // namespace srl::eval_job
