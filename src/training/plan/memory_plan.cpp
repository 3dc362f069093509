#include "training/plan/memory_plan.hpp"

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "base/strings.hpp"
#include "model/parameters.hpp"
#include "training/optimise/reduction.hpp"

namespace srl::training {
namespace {

std::uint64_t whole(double value) {
  return static_cast<std::uint64_t>(std::max(0.0, std::ceil(value)));
}

/// Elements that a training forward and backward keep per token and per predicted row (one slot per line in
/// model/forward/engine.hpp and layer.hpp).
struct TokenElements {
  double layer_input, layer_rest, gate_up, scratch, row;
};

TokenElements token_elements(const model::ModelConfig& c) {
  const auto hidden = static_cast<double>(c.hidden), inner = static_cast<double>(c.intermediate);
  const auto queries = static_cast<double>(c.heads * c.head_dim),
             keys = static_cast<double>(c.kv_heads * c.head_dim);
  const double qkv = queries + 2 * keys;
  return {.layer_input = hidden,
          .layer_rest = 1 + (c.qk_norm ? queries + keys : 0) + qkv + queries + static_cast<double>(c.heads) +
                        hidden + 1,
          .gate_up = 2 * inner,
          .scratch = 2 * hidden + 4 * inner + queries + qkv + 2 * hidden +
                     2 * qkv,  // the last term: gradients of the attention
          .row = 4 * hidden + 1};
}

/// Largest number of tokens in one pack, and how many of them are predicted.
struct PackTokens {
  double tokens, rows;
};

PackTokens pack_tokens(const Options& options, const PlanSizes& sizes) {
  const auto prompts = static_cast<double>(options.training.prompts_per_update),
             most = static_cast<double>(options.training.max_tokens_per_pack);
  const bool likelihood = options.supervised();
  const double completions = prompts * (likelihood ? 1.0 : static_cast<double>(options.training.group_size));
  const double completion_tokens = static_cast<double>(options.sampling.max_new_tokens);
  const double all =
      (prompts * sizes.mean_prompt + completions * completion_tokens) / static_cast<double>(sizes.ranks);
  const double one =
      static_cast<double>(sizes.longest_prompt) + completion_tokens;  // a pack holds at least one completion
  const double tokens = std::max(one, std::min(most, all));
  return {tokens, tokens * std::min(1.0, completions * completion_tokens /
                                             std::max(1.0, prompts * sizes.mean_prompt +
                                                               completions * completion_tokens))};
}

double training_activations(const Options& options, const model::ModelConfig& c, const PlanSizes& sizes) {
  const TokenElements per = token_elements(c);
  const PackTokens pack = pack_tokens(options, sizes);
  const auto layers = static_cast<double>(c.layers);
  const model::Recompute again = options.training.recompute;
  const double kept = per.layer_input * (layers + 1) +
                      per.layer_rest * (again == model::Recompute::layers ? 1 : layers) +
                      per.gate_up * (again == model::Recompute::nothing ? layers : 1);
  const double logits = std::min(1024.0, pack.rows) * static_cast<double>(c.vocab);
  return pack.tokens * (kept + per.scratch) + pack.rows * per.row + logits;
}

/// What a rank decodes in one call: prompts, each stored once, and completions in parallel.
struct Decoded {
  double prompts, completions;
};

Decoded in_sampling(const Options& options, const PlanSizes& sizes) {
  if (!options.samples()) { return {0, 0}; }
  const double prompts =
      std::ceil(static_cast<double>(options.training.prompts_per_update) / static_cast<double>(sizes.ranks));
  return {prompts, std::min(prompts * static_cast<double>(options.training.group_size),
                            static_cast<double>(options.rollout.max_sequences))};
}

Decoded in_validation(const Options& options, const PlanSizes& sizes) {
  const double prompts =
      std::ceil(static_cast<double>(sizes.validation_prompts) / static_cast<double>(sizes.ranks));
  return {prompts, std::min(prompts, static_cast<double>(options.rollout.max_sequences))};
}

double decode_activations(const Options& options, const model::ModelConfig& c, const PlanSizes& sizes) {
  const double completions =
      std::max(in_sampling(options, sizes).completions, in_validation(options, sizes).completions);
  if (completions == 0) { return 0; }
  const double rows = std::max(completions, static_cast<double>(options.rollout.prefill_chunk));
  const double row = static_cast<double>(3 * c.hidden + 2 * c.heads * c.head_dim +
                                         2 * c.kv_heads * c.head_dim + 3 * c.intermediate);
  return rows * row + completions * static_cast<double>(c.vocab);
}

double kv_bytes(const Options& options, const model::ModelConfig& c, const Decoded& decoded, double prompt,
                double element) {
  const double tokens =
      decoded.prompts * prompt + decoded.completions * static_cast<double>(options.sampling.max_new_tokens);
  const double token = 2 * static_cast<double>(c.layers * c.kv_heads * c.head_dim) * element;
  const std::uint64_t most = with_cache_of_cpu(options).rollout.kv_cache_bytes.value;
  return std::min(static_cast<double>(most), tokens * token);
}

double gradient_elements(const Options& options, const model::ModelConfig& config, double parameters,
                         double part) {
  if (options.training.zero_stage != 2) { return parameters; }
  const std::vector<model::Bucket> buckets = model::buckets_of(config, model::parameter_layout(config));
  const auto layers = static_cast<double>(std::min<std::int64_t>(2, config.layers) * buckets[1].count);
  return static_cast<double>(buckets.front().count + buckets.back().count) + layers + part;
}

/// Elements in pending reductions: one bucket, and others up to the limit. MPI's buffers have the same size.
double reduced_elements(const model::ModelConfig& config, double parameters) {
  const std::vector<model::Bucket> buckets = model::buckets_of(config, model::parameter_layout(config));
  std::int64_t largest = 0;
  for (const model::Bucket& bucket : buckets) {
    largest = std::max(largest, static_cast<std::int64_t>(bucket.count));
  }
  return std::min(parameters,
                  static_cast<double>(largest) + static_cast<double>(most_bytes_under_way) / sizeof(float));
}

}  // namespace

std::string MemoryPlan::text() const {
  const auto size = [](std::uint64_t bytes) { return human_bytes(static_cast<double>(bytes)); };
  return cat("memory per rank, planned: ", size(total()), " = weights ", size(weights), " + gradients ",
             size(gradients), " + optimizer ", size(optimizer), " + reductions ", size(reductions),
             " + copies for checkpoints ", size(copies), " + KV cache ", size(kv_cache),
             validation_cache > 0 ? cat(" + more KV cache in validation ", size(validation_cache)) : "",
             " + activations ", size(activations), packed > 0 ? cat(" + packed weights ", size(packed)) : "",
             dump > 0 ? cat(" + gradients to dump ", size(dump)) : "", "; each checkpoint on disk ",
             size(checkpoint_bytes));
}

double parameter_count(const model::ModelConfig& config) {
  const model::ParameterInfo last = model::parameter_layout(config).back();
  return static_cast<double>(last.offset + last.count);
}

ElementBytes element_bytes(const Options& options, const PlanSizes& sizes) {
  if (sizes.bf16) { return {.weight = 2, .exact = 4}; }
  const double full = options.device.dtype == device::DtypeChoice::fp64 ? 8 : 4;
  return {.weight = full, .exact = full};
}

MemoryPlan memory_plan(const Options& options, const model::ModelConfig& config, const PlanSizes& sizes) {
  const double parameters = parameter_count(config), part = parameters / static_cast<double>(sizes.ranks);
  const auto [weight, exact] = element_bytes(options, sizes);
  const double state = 3 * part * exact;  // weights (on a GPU the fp32 master weights) and two moments
  MemoryPlan plan;
  plan.weights = whole(parameters * weight * (options.objective.kl_beta > 0 ? 2 : 1));
  plan.gradients = whole(gradient_elements(options, config, parameters, part) * exact);
  plan.optimizer = whole(sizes.bf16 ? state : state - part * exact);
  if (sizes.ranks > 1) { plan.reductions = whole(reduced_elements(config, parameters) * exact); }
  plan.copies = whole(state * (options.objective.minibatches > 1 ? 2 : 1));
  // The few prompts sampled at a time may all be the longest ones. A validation has many prompts, so their
  // mean length counts.
  plan.kv_cache = whole(kv_bytes(options, config, in_sampling(options, sizes),
                                 static_cast<double>(sizes.longest_prompt), weight));
  const std::uint64_t validation =
      whole(kv_bytes(options, config, in_validation(options, sizes), sizes.mean_validation_prompt, weight));
  plan.validation_cache = validation - std::min(validation, plan.kv_cache);
  const double of_packs = training_activations(options, config, sizes) * weight;
  plan.activations = whole(of_packs + decode_activations(options, config, sizes) * weight);
  const bool decodes =
      in_sampling(options, sizes).completions + in_validation(options, sizes).completions > 0;
  if (decodes && weight == 4) { plan.packed = whole(parameters * weight - of_packs); }
  if (!options.training.dump_gradients.empty()) { plan.dump = whole(parameters * exact); }
  plan.checkpoint_bytes = whole(3 * parameters * exact);
  return plan;
}

std::vector<std::string> what_would_fit(const Options& options, const model::ModelConfig& config,
                                        const PlanSizes& sizes, std::uint64_t available) {
  std::vector<std::string> ways;
  const auto total = [&](const Options& changed, const PlanSizes& other) {
    return memory_plan(changed, config, other).total();
  };
  const auto add = [&](const std::string& words, std::uint64_t bytes) {
    ways.push_back(cat(words, " (", human_bytes(static_cast<double>(bytes)), ")"));
  };
  Options less = options;
  for (std::int64_t tokens = options.training.max_tokens_per_pack / 2; tokens >= 256; tokens /= 2) {
    less.training.max_tokens_per_pack = tokens;
    if (const auto bytes = total(less, sizes); bytes <= available) {
      add(cat("--training.max_tokens_per_pack ", tokens), bytes);
      break;
    }
  }
  less = options;
  less.training.recompute = model::Recompute::gate_up;
  if (const auto bytes = total(less, sizes); bytes <= available) {
    add("--training.recompute gate_up", bytes);
  }
  less.training.recompute = model::Recompute::layers;
  if (const auto bytes = total(less, sizes); bytes <= available) { add("--training.recompute on", bytes); }
  less.training.zero_stage = 2;
  if (const auto bytes = total(less, sizes); bytes <= available) {
    add("--training.recompute on --training.zero_stage 2", bytes);
  }
  for (std::int64_t ranks = sizes.ranks * 2; ranks <= 4096; ranks *= 2) {
    PlanSizes more = sizes;
    more.ranks = ranks;
    if (const auto bytes = total(less, more); bytes <= available) {
      add(cat(counted(ranks, "rank"), " with --training.recompute on --training.zero_stage 2"), bytes);
      break;
    }
  }
  return ways;
}

}  // namespace srl::training
