#include "training/optimise/gradients.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "training/data/packing.hpp"
#include "training/gpu/gpu_loss.hpp"
#include "training/optimise/flops.hpp"

namespace srl::training {
namespace {

/// This rank's packs of the batch, in order, and the largest number of packs on any rank.
struct PackShare {
  std::vector<PlannedPack> packs;
  std::size_t most = 0;
};

PackShare my_packs(const Batch& batch, const GradientSettings& settings, const comm::Communicator& world) {
  PackShare share;
  std::vector<std::size_t> packs_of(static_cast<std::size_t>(world.size()), 0);
  for (PlannedPack& pack : plan_packs(batch, settings.pack_tokens, world.size())) {
    share.most = std::max(share.most, ++packs_of[static_cast<std::size_t>(pack.owner)]);
    if (pack.owner == world.rank()) { share.packs.push_back(std::move(pack)); }
  }
  return share;
}

std::vector<double> slice(const std::vector<double>& values, const PackedCompletion& completion) {
  const auto begin = values.begin() + static_cast<std::ptrdiff_t>(completion.first);
  return {begin, begin + static_cast<std::ptrdiff_t>(completion.count)};
}

model::ForwardOptions forward_options(const GradientSettings& settings) {
  return {.temperature = settings.temperature, .recompute = settings.recompute};
}

/// What a mini-batch's losses are computed from.
struct LossInput {
  const Batch& batch;
  const GradientSettings& settings;
  const CompletionLogprobs *old, *reference;
  objective::BatchSizes sizes;

  /// What the policy loss needs of a completion.
  objective::CompletionTokens tokens(const PackedCompletion& packed) const;
  /// Of all predictions of a pack, as a GPU reads them.
  std::vector<objective::LossToken> tokens(const PackedCompletions& packed) const;
  /// The loss of one completion, given its log-probabilities. Adds to the figures.
  objective::CompletionLoss loss(const PackedCompletion& packed, const std::vector<double>& logprob,
                                 GradientFigures& figures) const;
  /// Of all completions of a pack.
  model::PredictionGradients loss(const PackedCompletions& packed, const model::Predictions& predictions,
                                  GradientFigures& figures) const;
};

objective::CompletionTokens LossInput::tokens(const PackedCompletion& packed) const {
  const Completion& completion = batch[packed.group].completions[packed.completion];
  objective::CompletionTokens tokens;
  const std::vector<float>& sampled = completion.written().logprobs;
  tokens.advantage = completion.advantage;
  tokens.masked = completion.masked;
  tokens.sampler_logprob.assign(sampled.begin(), sampled.end());
  if (batch[packed.group].carried) {
    const std::vector<float>& uncut = completion.written().policy_logprobs;
    tokens.old_logprob = tokens.sampler_logprob;
    if (!uncut.empty()) { tokens.old_logprob.assign(uncut.begin(), uncut.end()); }
  } else if (old != nullptr) {
    tokens.old_logprob = (*old)[packed.group][packed.completion];
  }
  if (reference != nullptr) { tokens.reference_logprob = (*reference)[packed.group][packed.completion]; }
  return tokens;
}

std::vector<objective::LossToken> LossInput::tokens(const PackedCompletions& packed) const {
  std::vector<objective::LossToken> all(packed.pack.rows.size());
  for (const PackedCompletion& one : packed.completions) {
    std::ranges::copy(settings.likelihood
                          ? objective::likelihood_tokens(one.count, sizes, settings.objective)
                          : objective::policy_tokens(one.count, tokens(one), sizes, settings.objective),
                      all.begin() + static_cast<std::ptrdiff_t>(one.first));
  }
  return all;
}

objective::CompletionLoss LossInput::loss(const PackedCompletion& packed, const std::vector<double>& logprob,
                                          GradientFigures& figures) const {
  objective::CompletionLoss loss;
  if (settings.likelihood) {
    loss = objective::likelihood_loss(logprob, sizes, settings.objective);
  } else {
    loss = objective::policy_loss(logprob, tokens(packed), sizes, settings.objective);
    const std::vector<float>& sampled = batch[packed.group].completions[packed.completion].written().logprobs;
    for (std::size_t t = 0; t < sampled.size(); ++t) {
      const double above = logprob[t] - static_cast<double>(sampled[t]);
      figures.sampler_difference += std::abs(above);
      figures.sampler_kl += std::expm1(above) - above;
    }
    figures.sampled_tokens += std::ssize(sampled);
  }
  figures.loss += loss.loss;
  figures.kl += loss.kl;
  figures.clipped += loss.clipped;
  figures.tokens += static_cast<std::int64_t>(logprob.size());
  return loss;
}

model::PredictionGradients LossInput::loss(const PackedCompletions& packed,
                                           const model::Predictions& predictions,
                                           GradientFigures& figures) const {
  model::PredictionGradients result;
  result.logprob.assign(predictions.logprob.size(), 0.0);
  for (const PackedCompletion& completion : packed.completions) {
    const objective::CompletionLoss one = loss(completion, slice(predictions.logprob, completion), figures);
    std::ranges::copy(one.gradient, result.logprob.begin() + static_cast<std::ptrdiff_t>(completion.first));
  }
  for (double entropy : predictions.entropy) { figures.entropy += entropy; }
  return result;
}

}  // namespace

std::optional<GradientFigures> add_gradients(model::PackModel& model, const Batch& batch,
                                             const GradientSettings& settings, const CompletionLogprobs* old,
                                             const CompletionLogprobs* reference,
                                             const comm::Communicator& world, GradientBuffer& gradients,
                                             job::Interruption& interruption) {
  const LossInput input{batch,
                        settings,
                        old,
                        reference,
                        {completion_count(batch), completion_tokens(batch), settings.max_new_tokens}};
  const PackShare share = my_packs(batch, settings, world);
  GradientFigures figures;
  // A pack may be empty; its buckets are reduced in any case, because the other ranks wait for them.
  const auto run = [&](PackedCompletions built, bool last) {
    // The figures of a GPU's pack are computed when the next one is enqueued.
    const auto packed = std::make_shared<const PackedCompletions>(std::move(built));
    const auto loss = [&input, &figures, packed](const model::Predictions& predictions) {
      return input.loss(*packed, predictions, figures);
    };
    const model::ForwardOptions options = forward_options(settings);
    if (settings.on_gpu != nullptr) {
      const auto enqueue = [&](const device::Stream& stream, const model::GpuLossPlace& place) {
        settings.on_gpu->enqueue(stream, objective::loss_terms(settings.objective), input.tokens(*packed),
                                 place);
      };
      model.enqueue_forward_backward(packed->pack, options, {enqueue, loss}, gradients.room(),
                                     gradients.hooks(last));
    } else {
      model.forward_backward(packed->pack, options, loss, gradients.room(), gradients.hooks(last));
    }
    figures.packs += !packed->completions.empty();
    figures.packed_tokens += static_cast<std::int64_t>(packed->pack.ids.size());
    figures.flops += training_flops(gradients.config(), packed->pack);
    interruption.progress();
  };
  const std::size_t own = share.packs.size(),
                    count = gradients.reduces_every_pack() ? share.most : std::max<std::size_t>(own, 1);
  for (std::size_t i = 0; i < count; ++i) {
    if (!gradients.reduces_every_pack() && interruption.leaving()) {
      i = count - 1;  // skip to the agreement point before anything is reduced
    }
    const bool last = i + 1 == count;
    if ((last || gradients.reduces_every_pack()) && interruption.agreed_to_drop()) {
      model.read_all();
      gradients.finish();
      return std::nullopt;
    }
    run(i < own ? build_pack(batch, share.packs[i]) : PackedCompletions{}, last);
  }
  gradients.finish();
  model.read_all();
  return figures;
}

CompletionLogprobs completion_logprobs(model::PackModel& model, const Batch& batch,
                                       const GradientSettings& settings, const comm::Communicator& world,
                                       job::Interruption& interruption) {
  CompletionLogprobs result(batch.size());
  for (std::size_t g = 0; g < batch.size(); ++g) { result[g].resize(batch[g].completions.size()); }
  for (const PlannedPack& plan : my_packs(batch, settings, world).packs) {
    if (interruption.leaving()) { break; }
    const PackedCompletions packed = build_pack(batch, plan);
    const auto read = [&result, completions = packed.completions](const model::Predictions& predictions) {
      for (const PackedCompletion& one : completions) {
        result[one.group][one.completion] = slice(predictions.logprob, one);
      }
    };
    model.enqueue_forward(packed.pack, forward_options(settings), read);
    interruption.progress();
  }
  model.read_all();
  return result;
}

}  // namespace srl::training
