#include "training/gradients.hpp"

#include <algorithm>
#include <cmath>

#include "training/packing.hpp"

namespace srl::training {
namespace {

/// This rank's packs of the batch, in order.
std::vector<PackedAnswers> my_packs(const Batch& batch, const GradientSettings& settings, const comm::Communicator& world) {
  std::vector<PackedAnswers> all = make_packs(batch, pack_budget(batch, settings.pack_tokens, world.size()));
  std::vector<double> costs;
  for (const PackedAnswers& pack : all) costs.push_back(pack.cost);
  const std::vector<int> owner = spread(costs, world.size());
  std::vector<PackedAnswers> mine;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (owner[i] == world.rank()) mine.push_back(std::move(all[i]));
  }
  return mine;
}

std::vector<double> slice(const std::vector<double>& values, const PackedAnswer& answer) {
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(answer.first);
  return {begin, begin + static_cast<std::ptrdiff_t>(answer.count)};
}

model::ForwardOptions forward_options(const GradientSettings& settings) {
  return {.temperature = settings.temperature, .recompute = settings.recompute};
}

/// The loss of one answer given its log-probabilities, and what it adds to the figures.
objective::AnswerLoss answer_loss(const Batch& batch, const PackedAnswer& packed, const std::vector<double>& logprob,
                                  const objective::BatchSizes& sizes, const GradientSettings& settings, const AnswerLogprobs* old,
                                  const AnswerLogprobs* reference, GradientFigures& figures) {
  const Rollout& rollout = batch[packed.group].answers[packed.answer];
  objective::AnswerLoss loss;
  if (settings.likelihood) {
    loss = objective::likelihood_loss(logprob, sizes, settings.objective);
  } else {
    objective::AnswerTokens tokens;
    tokens.advantage = rollout.advantage;
    tokens.masked = rollout.masked;
    tokens.sampler_logprob.assign(rollout.logprobs.begin(), rollout.logprobs.end());
    if (old != nullptr) tokens.old_logprob = (*old)[packed.group][packed.answer];
    if (reference != nullptr) tokens.reference_logprob = (*reference)[packed.group][packed.answer];
    loss = objective::policy_loss(logprob, tokens, sizes, settings.objective);
    for (std::size_t t = 0; t < rollout.logprobs.size(); ++t) {
      figures.sampler_difference += std::abs(logprob[t] - static_cast<double>(rollout.logprobs[t]));
    }
    figures.sampled_tokens += static_cast<std::int64_t>(rollout.logprobs.size());
  }
  figures.loss += loss.loss;
  figures.kl += loss.kl;
  figures.clipped += loss.clipped;
  figures.tokens += static_cast<std::int64_t>(logprob.size());
  return loss;
}

}  // namespace

void GradientFigures::sum_over(const comm::Communicator& world) {
  double reals[] = {loss, entropy, kl, sampler_difference};
  std::int64_t counts[] = {tokens, clipped, packs, packed_tokens, sampled_tokens};
  world.all_reduce(std::span<double>(reals), comm::Reduce::sum);
  world.all_reduce(std::span<std::int64_t>(counts), comm::Reduce::sum);
  loss = reals[0], entropy = reals[1], kl = reals[2], sampler_difference = reals[3];
  tokens = counts[0], clipped = counts[1], packs = counts[2], packed_tokens = counts[3], sampled_tokens = counts[4];
}

GradientFigures add_gradients(model::PackModel& model, const Batch& batch, const GradientSettings& settings, const AnswerLogprobs* old,
                              const AnswerLogprobs* reference, const comm::Communicator& world, model::Parameters& gradients,
                              const std::function<void()>& tick) {
  const objective::BatchSizes sizes{answer_count(batch), answer_tokens(batch), settings.max_new_tokens};
  GradientFigures figures;
  for (const PackedAnswers& packed : my_packs(batch, settings, world)) {
    const auto loss = [&](const model::Predictions& predictions) {
      model::PredictionGradients result;
      result.logprob.assign(predictions.logprob.size(), 0.0);
      for (const PackedAnswer& answer : packed.answers) {
        const auto one = answer_loss(batch, answer, slice(predictions.logprob, answer), sizes, settings, old, reference, figures);
        std::copy(one.gradient.begin(), one.gradient.end(), result.logprob.begin() + static_cast<std::ptrdiff_t>(answer.first));
      }
      for (double entropy : predictions.entropy) figures.entropy += entropy;
      return result;
    };
    model.forward_backward(packed.pack, forward_options(settings), loss, gradients);
    ++figures.packs;
    figures.packed_tokens += static_cast<std::int64_t>(packed.pack.ids.size());
    tick();
  }
  return figures;
}

AnswerLogprobs answer_logprobs(model::PackModel& model, const Batch& batch, const GradientSettings& settings,
                               const comm::Communicator& world, const std::function<void()>& tick) {
  AnswerLogprobs result(batch.size());
  for (std::size_t g = 0; g < batch.size(); ++g) result[g].resize(batch[g].answers.size());
  for (const PackedAnswers& packed : my_packs(batch, settings, world)) {
    const model::Predictions predictions = model.forward(packed.pack, forward_options(settings));
    for (const PackedAnswer& answer : packed.answers) result[answer.group][answer.answer] = slice(predictions.logprob, answer);
    tick();
  }
  return result;
}

}  // namespace srl::training
