#include "training/validation/validation.hpp"

#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "trajectory/unrelated.hpp"

namespace srl::training {
namespace {

using job::per;

/// Instances of the first `questions` solutions whose prompts fit, rendered.
std::vector<std::pair<trajectory::InstanceKey, trajectory::Instance>> chosen(
    const Sampler& sampler, const trajectory::Dataset& dataset, std::int64_t questions,
    std::int64_t& skipped) {
  std::vector<std::pair<trajectory::InstanceKey, trajectory::Instance>> instances;
  const std::int64_t count = validation_instances(dataset, questions);
  for (std::int64_t i = 0; i < count; ++i) {
    const trajectory::InstanceKey key = dataset.key(i);
    trajectory::Instance instance = sampler.view.render(dataset.solution(key.solution), key.k);
    if (static_cast<std::int64_t>(instance.prompt_ids.size()) > sampler.max_prompt_tokens) {
      ++skipped;
      continue;
    }
    instances.emplace_back(key, std::move(instance));
  }
  return instances;
}

/// Greedy completions to this rank's prompts, one each.
std::vector<rollout::Completion> greedy_completions(const Sampler& sampler,
                                                    const std::vector<rollout::Group>& asked,
                                                    job::Interruption& interruption) {
  rollout::SamplingOptions greedy = sampler.sampling;
  greedy.greedy = true;
  std::vector<rollout::Completion> completions;
  if (asked.empty()) { return completions; }
  for (auto& group :
       sampler.generator
           ->generate(asked, greedy, sampler.seed, RandomStream::validation, generation_tick(interruption))
           .completions) {
    completions.push_back(std::move(group.at(0)));
  }
  return completions;
}

/// One answer against its own target, another question's (null where there is none), and by the run's signal.
void score_completion(const Sampler& sampler, const trajectory::Instance& instance,
                      const std::string* unrelated, const rollout::Completion& completion,
                      ValidationFigures& figures) {
  const objective::SignalSettings& settings = sampler.signal;
  const std::string text = instance.prefill + sampler.tokenizer.decode(completion.ids, true);
  const bool truncated = completion.finish == text::Finish::length;
  ++figures.instances;
  if (unrelated != nullptr) {
    ++figures.with_other;
    figures.other += objective::action_similarity(*unrelated, instance.target, settings);
  }
  if (!instance.previous.empty()) {
    ++figures.with_previous;
    figures.previous += objective::action_similarity(instance.previous, instance.target, settings);
  }
  if (settings.signal.kind != objective::SignalKind::likelihood) {
    figures.reward +=
        objective::Scorer(settings, instance.target, instance.answer).score(text, truncated).reward;
  }
  const reward::ParsedCompletion parsed = reward::parse_completion(text, settings.solution_tags);
  if (truncated || parsed.error != reward::FormatError::none) { return; }
  ++figures.format_right;
  figures.exact += parsed.action == python_strip(std::string_view(instance.target));
  figures.similarity += objective::action_similarity(parsed.action, instance.target, settings);
  if (unrelated != nullptr) {
    figures.shuffled += objective::action_similarity(parsed.action, *unrelated, settings);
  }
}

void answer_benchmark(const Sampler& sampler, const std::vector<BenchmarkQuestion>& benchmark,
                      job::Interruption& interruption, ValidationFigures& figures) {
  std::vector<std::size_t> mine;
  std::vector<rollout::Group> asked;
  for (std::size_t i = static_cast<std::size_t>(sampler.world.rank()); i < benchmark.size();
       i += static_cast<std::size_t>(sampler.world.size())) {
    std::vector<text::TokenId> prompt = sampler.tokenizer.encode(benchmark[i].prompt);
    if (std::ssize(prompt) > sampler.max_prompt_tokens) {
      continue;  // counted neither as asked nor as right
    }
    mine.push_back(i);
    asked.push_back({std::move(prompt), static_cast<std::int64_t>(i), 1,
                     1});  // answer number 1: not the validation instances' counter
  }
  const std::vector<rollout::Completion> completions = greedy_completions(sampler, asked, interruption);
  for (std::size_t m = 0; m < mine.size(); ++m) {
    ++figures.benchmark_questions;
    const std::string text = repair_utf8(sampler.tokenizer.decode(completions[m].ids, true));
    figures.benchmark_right +=
        grading::grade(text, benchmark[mine[m]].reference, sampler.signal.grading).correct;
  }
}

}  // namespace

double ValidationFigures::score(objective::SignalKind kind) const {
  const bool graded = kind == objective::SignalKind::outcome || kind == objective::SignalKind::exact;
  return graded ? per(reward, instances) : per(similarity, instances);
}

std::string ValidationFigures::text() const {
  const std::string others = with_other > 0 ? cat("another question's ", fixed(per(other, with_other), 3),
                                                  ", shuffled ", fixed(per(shuffled, format_right), 3))
                                            : std::string("no other question");
  const std::string skipped = skipped_long > 0 ? cat(", ", skipped_long, " more with prompts too long") : "";
  const std::string benchmark =
      benchmark_questions > 0 ? cat("; benchmark ", benchmark_right, " of ", benchmark_questions, " right")
                              : "";
  return cat("format ", fixed(per(format_right, instances), 3), ", similarity given format ",
             fixed(per(similarity, format_right), 3), ", exact ", fixed(per(exact, instances), 3),
             ", reward ", fixed(per(reward, instances), 3), " (controls: previous step ",
             fixed(per(previous, with_previous), 3), ", ", others, "; ", instances, " instances", skipped,
             ")", benchmark);
}

std::int64_t validation_instances(const trajectory::Dataset& dataset, std::int64_t questions) {
  std::int64_t count = 0;
  while (count < dataset.size() && dataset.key(count).solution < questions) { ++count; }
  return count;
}

std::optional<ValidationFigures> validate(const Sampler& sampler, const trajectory::Dataset& dataset,
                                          std::int64_t questions,
                                          const std::vector<BenchmarkQuestion>& benchmark,
                                          job::Interruption& interruption) {
  ValidationFigures figures;
  const auto all = chosen(sampler, dataset, questions, figures.skipped_long);
  std::vector<std::size_t> mine;
  std::vector<rollout::Group> asked;
  for (std::size_t i = static_cast<std::size_t>(sampler.world.rank()); i < all.size();
       i += static_cast<std::size_t>(sampler.world.size())) {
    mine.push_back(i);
    asked.push_back({all[i].second.prompt_ids, static_cast<std::int64_t>(i), 1, 0});
  }
  const std::vector<rollout::Completion> completions = greedy_completions(sampler, asked, interruption);
  if (interruption.agreed_to_drop()) { return std::nullopt; }
  for (std::size_t m = 0; m < mine.size(); ++m) {
    const auto unrelated =
        trajectory::unrelated_step(all.size(), mine[m], [&](std::size_t i) { return all[i].first.solution; });
    score_completion(sampler, all[mine[m]].second, unrelated ? &all[*unrelated].second.target : nullptr,
                     completions[m], figures);
  }
  answer_benchmark(sampler, benchmark, interruption, figures);
  if (interruption.agreed_to_drop()) {
    return std::nullopt;  // its completions may be unfinished
  }
  job::combine_over_ranks(figures, sampler.world);
  return figures;
}

}  // namespace srl::training
