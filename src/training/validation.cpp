#include "training/validation.hpp"

#include "base/unicode.hpp"

namespace srl::training {
namespace {

/// Instances of the first `questions` solutions whose prompts fit, rendered.
std::vector<std::pair<trajectory::InstanceKey, trajectory::Instance>> chosen(const Sampler& sampler, const trajectory::Dataset& dataset,
                                                                             std::int64_t questions, std::int64_t& skipped) {
  std::vector<std::pair<trajectory::InstanceKey, trajectory::Instance>> instances;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const trajectory::InstanceKey key = dataset.key(i);
    if (key.solution >= questions) break;
    trajectory::Instance instance = sampler.view.render(dataset.solution(key.solution), key.k);
    if (static_cast<std::int64_t>(instance.prompt_ids.size()) > sampler.max_prompt_tokens) {
      ++skipped;
      continue;
    }
    instances.emplace_back(key, std::move(instance));
  }
  return instances;
}

/// The instance half the set away that belongs to another question; itself when there is none.
std::size_t partner(const std::vector<std::pair<trajectory::InstanceKey, trajectory::Instance>>& all, std::size_t i) {
  for (std::size_t step = 0; step < all.size(); ++step) {
    const std::size_t j = (i + all.size() / 2 + step) % all.size();
    if (all[j].first.solution != all[i].first.solution) return j;
  }
  return i;
}

void sum_over(ValidationFigures& f, const comm::Communicator& world) {
  std::int64_t counts[] = {f.instances, f.format_right, f.exact, f.with_previous};
  double sums[] = {f.similarity, f.shuffled, f.previous, f.other};
  world.all_reduce(std::span<std::int64_t>(counts), comm::Reduce::sum);
  world.all_reduce(std::span<double>(sums), comm::Reduce::sum);
  f.instances = counts[0], f.format_right = counts[1], f.exact = counts[2], f.with_previous = counts[3];
  f.similarity = sums[0], f.shuffled = sums[1], f.previous = sums[2], f.other = sums[3];
}

double share(double sum, std::int64_t count) { return count > 0 ? sum / static_cast<double>(count) : 0; }

}  // namespace

Json ValidationFigures::json() const {
  Json json = Json::object();
  json["format_rate"] = share(static_cast<double>(format_right), instances);
  json["similarity_given_format"] = share(similarity, format_right);
  json["exact_share"] = share(static_cast<double>(exact), instances);
  json["control_previous"] = share(previous, with_previous);
  json["control_other"] = share(other, instances);
  json["control_shuffled"] = share(shuffled, format_right);
  json["instances"] = instances;
  return json;
}

ValidationFigures validate(const Sampler& sampler, const trajectory::Dataset& dataset, std::int64_t questions,
                           const std::function<void()>& tick) {
  ValidationFigures figures;
  const auto all = chosen(sampler, dataset, questions, figures.skipped_long);
  std::vector<std::size_t> mine;
  std::vector<rollout::Group> asked;
  for (std::size_t i = static_cast<std::size_t>(sampler.world.rank()); i < all.size(); i += static_cast<std::size_t>(sampler.world.size())) {
    mine.push_back(i);
    asked.push_back({all[i].second.prompt_ids, static_cast<std::int64_t>(i), 1, 0});
  }
  rollout::SamplingOptions greedy = sampler.sampling;
  greedy.greedy = true;
  rollout::Generated generated;
  if (!asked.empty()) generated = sampler.generator->generate(asked, greedy, sampler.seed, Stream::validation, [&](std::int64_t) { tick(); });
  const reward::SimilarityOptions& options = sampler.signal.similarity;
  for (std::size_t m = 0; m < mine.size(); ++m) {
    const trajectory::Instance& instance = all[mine[m]].second;
    const std::string& unrelated = all[partner(all, mine[m])].second.target;
    const rollout::Answer& answer = generated.answers[m].at(0);
    const reward::ParsedAnswer parsed =
        reward::parse_answer(instance.prefill + sampler.tokenizer.decode(answer.ids, true), sampler.signal.solution_tags);
    ++figures.instances;
    figures.other += reward::similarity(unrelated, instance.target, options);
    if (!instance.previous.empty()) {
      ++figures.with_previous;
      figures.previous += reward::similarity(instance.previous, instance.target, options);
    }
    if (answer.finish_reason == "length" || parsed.error != reward::FormatError::none) continue;
    ++figures.format_right;
    figures.exact += parsed.action == python_strip(std::string_view(instance.target));
    figures.similarity += reward::similarity(parsed.action, instance.target, options);
    figures.shuffled += reward::similarity(parsed.action, unrelated, options);
  }
  sum_over(figures, sampler.world);
  return figures;
}

}  // namespace srl::training
