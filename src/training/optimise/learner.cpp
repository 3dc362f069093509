#include "training/optimise/learner.hpp"

#include <algorithm>
#include <cmath>

#include "base/timer.hpp"
#include "training/data/exchange.hpp"
#include "training/data/packing.hpp"

namespace srl::training {
namespace {

GradientSettings settings_of(const Options& options, GpuLoss* on_gpu) {
  const bool likelihood = options.supervised();
  return {options.objective,
          likelihood,
          likelihood ? 1.0 : options.sampling.temperature,
          options.sampling.max_new_tokens,
          options.training.max_tokens_per_pack,
          options.training.recompute,
          on_gpu};
}

/// Cuts the batch into mini-batches: groups in order, as evenly as possible.
std::vector<Batch> cut(const Batch& batch, std::int64_t wanted) {
  const auto parts = static_cast<std::size_t>(std::min<std::int64_t>(wanted, std::ssize(batch)));
  std::vector<Batch> result(parts);
  for (std::size_t g = 0; g < batch.size(); ++g) { result[g * parts / batch.size()].push_back(batch[g]); }
  return result;
}

}  // namespace

Learner::Learner(const Options& options, std::unique_ptr<Optimizer> optimizer, model::PackModel& model,
                 model::PackModel* reference, GpuLoss* loss, const comm::Communicator& world)
    : options_(options),
      settings_(settings_of(options, loss)),
      model_(model),
      reference_(reference),
      world_(world),
      optimizer_(std::move(optimizer)) {}

Learned Learner::learn(const Batch& batch, double learning_rate,
                       const std::optional<std::filesystem::path>& dump, job::Interruption& interruption,
                       LearnReport& report) {
  std::vector<Batch> parts = cut(batch, options_.objective.minibatches);
  interruption.phase("exchange of rollouts");
  for (Batch& part : parts) {
    const std::vector<PlannedPack> packs = plan_packs(part, settings_.pack_tokens, world_.size());
    deliver(part, owners_of(packs, part), Texts::no, world_);
  }
  std::vector<CompletionLogprobs> old, reference;
  const Timer timer;
  interruption.phase("log-probabilities");
  for (const Batch& part : parts) {
    if (parts.size() > 1) {
      old.push_back(completion_logprobs(model_, part, settings_, world_, interruption));
    }
    if (reference_ != nullptr) {
      reference.push_back(completion_logprobs(*reference_, part, settings_, world_, interruption));
    }
  }
  report.gradient_seconds += timer.seconds();
  if (parts.size() > 1) { optimizer_->keep(); }
  for (std::size_t p = 0; p < parts.size(); ++p) {
    const Learned learned =
        learn_part(parts[p], old.empty() ? nullptr : &old[p], reference.empty() ? nullptr : &reference[p],
                   learning_rate, p == 0 ? dump : std::nullopt, interruption, parts.size(), report);
    if (learned == Learned::done) { continue; }
    if (p > 0) { optimizer_->go_back(); }
    return learned;
  }
  return Learned::done;
}

Learned Learner::learn_part(const Batch& part, const CompletionLogprobs* old,
                            const CompletionLogprobs* reference, double learning_rate,
                            const std::optional<std::filesystem::path>& dump, job::Interruption& interruption,
                            std::size_t parts, LearnReport& report) {
  Timer timer;
  interruption.phase("forward and backward");
  optimizer_->gradients().begin();
  std::optional<GradientFigures> figures =
      add_gradients(model_, part, settings_, old, reference, world_, optimizer_->gradients(), interruption);
  report.gradient_seconds += timer.restart();
  if (!figures) { return Learned::dropped; }
  interruption.phase("norm and update");
  job::combine_over_ranks(*figures, world_);
  const double norm = optimizer_->norm();
  if (!std::isfinite(figures->loss) || !std::isfinite(norm)) { return Learned::not_finite; }
  if (dump) { optimizer_->dump(*dump); }
  const double clip = options_.training.max_grad_norm;
  optimizer_->apply(learning_rate, clip > 0 && norm > clip ? clip / norm : 1.0);
  report.grad_norm = norm;
  job::add_part(report.figures, *figures, parts);
  report.optimizer_seconds += timer.seconds();
  return Learned::done;
}

}  // namespace srl::training
