#include "data_prep/inspect.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "text/chat_template.hpp"
#include "text/tokenizer.hpp"
#include "trajectory/dataset.hpp"
#include "trajectory/shard.hpp"

namespace srl::data_prep {
namespace {

std::string summary(const std::string& folder, const trajectory::Manifest& manifest) {
  std::uint64_t bytes = 0, solutions = 0, steps = 0;
  for (const trajectory::ShardInfo& shard : manifest.shards) {
    bytes += shard.bytes, solutions += shard.solutions, steps += shard.steps;
  }
  std::string text = cat(folder, ": ", counted(manifest.shards.size(), "shard"), ", ", human_bytes(bytes),
                         ", ", counted(solutions, "solution"), ", ", counted(steps, "step"), "\n");
  for (const auto& [name, value] : manifest.counts.as_object()) {
    text += cat("  ", name, ": ", value.dump(), "\n");
  }
  for (const Json& input : manifest.inputs.as_array()) {
    text += cat("  from ", input.at("file").as_string(), ", ", input.at("bytes").as_integer(),
                " bytes, xxh3_128 ", input.at("xxh3_128").as_string(), "\n");
  }
  return text + cat("  made by ", manifest.code_version, "\n");
}

std::string solution_text(const trajectory::Solution& s) {
  std::string text = cat("id ", s.id, ", source ", s.source, ", domain ", s.domain, ", answer ",
                         s.answer.value_or("-"), "\n--- question\n", s.question, "\n");
  for (std::size_t k = 0; k < s.steps.size(); ++k) {
    text += cat("--- step ", k, s.steps[k].title ? cat(", title: ", *s.steps[k].title) : "", "\n");
    if (s.steps[k].thought) { text += cat("[thought] ", *s.steps[k].thought, "\n"); }
    text += s.steps[k].action + "\n";
    if (s.steps[k].observation) { text += cat("[observation] ", *s.steps[k].observation, "\n"); }
  }
  return text;
}

}  // namespace

int inspect(const InspectOptions& options, job::Context& context) {
  if (options.data.empty()) { throw BadOption("--data DIR is missing: srl_prep inspect DIR"); }
  if (!context.world.is_root()) { return 0; }
  std::cout << summary(options.data, trajectory::read_manifest(options.data));
  const auto split =
      options.split == SplitChoice::train ? trajectory::Split::train : trajectory::Split::validation;
  const trajectory::Dataset dataset({options.data}, split, options.instance);
  std::cout << "  " << word(options.split) << ": " << counted(dataset.size(), "instance")
            << " with these options\n";
  std::optional<text::Tokenizer> tokenizer;
  std::optional<trajectory::View> view;
  if (!options.model.empty()) {
    tokenizer = text::Tokenizer::load(options.model);
    view.emplace(options.instance, *tokenizer,
                 text::ChatTemplate::load(options.model, options.instance.chat_template));
  }
  const std::int64_t shown = std::min(options.limit, dataset.size());
  for (std::int64_t i = 0; i < shown; ++i) {
    const trajectory::InstanceKey key = dataset.key(i * dataset.size() / shown);
    const trajectory::Solution solution = dataset.solution(key.solution);
    std::cout << "\n======== solution " << solution.id << ", step " << key.k << "\n";
    if (!view) {
      std::cout << solution_text(solution);
      continue;
    }
    const trajectory::Instance instance = view->render(solution, key.k);
    const auto tokens = std::ssize(instance.prompt_ids);
    std::cout << "-------- prompt, " << tokens << " tokens"
              << (tokens > options.instance.max_prompt_tokens ? ", over instance.max_prompt_tokens: left out"
                                                              : "")
              << "\n"
              << instance.prompt << "\n-------- target\n"
              << instance.target << "\n-------- final answer\n"
              << instance.answer << "\n";
  }
  return 0;
}

int verify(const VerifyOptions& options, job::Context& context) {
  if (options.data.empty()) { throw BadOption("--data DIR is missing: srl_prep verify DIR"); }
  const trajectory::Manifest manifest = trajectory::read_manifest(options.data);
  std::int64_t solutions = 0, steps = 0, validation = 0;
  for (std::size_t s = context.world.rank(); s < manifest.shards.size(); s += context.world.size()) {
    trajectory::Manifest one = manifest;
    one.shards = {manifest.shards[s]};
    trajectory::verify_shards(options.data, one);
    const auto file = std::filesystem::path(options.data) / one.shards[0].file;
    std::uint64_t own_steps = 0;
    const auto content = trajectory::read_shard(file);
    for (const trajectory::Solution& solution : content) {
      own_steps += solution.steps.size();
      validation += solution.split == trajectory::Split::validation;
    }
    trajectory::check_counts(file, one.shards[0], content.size(), own_steps);
    solutions += std::ssize(content);
    steps += own_steps;
    context.watchdog.progress();
  }
  solutions = context.world.all_reduce(solutions, comm::Reduce::sum);
  steps = context.world.all_reduce(steps, comm::Reduce::sum);
  validation = context.world.all_reduce(validation, comm::Reduce::sum);
  trajectory::check_totals(options.data, manifest, solutions - validation, validation);
  if (context.world.is_root()) {
    std::cout << cat(options.data, ": ", counted(manifest.shards.size(), "shard"), ", ",
                     counted(solutions, "solution"), ", ", counted(steps, "step"), ": all checks passed\n");
  }
  return 0;
}

}  // namespace srl::data_prep
