#include "training/gpu/gpu_plan.hpp"

#include <algorithm>

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/kv_pages.hpp"
#include "device/arena.hpp"
#include "training/gpu/gpu_side.hpp"

namespace srl::training {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return human_bytes(static_cast<double>(bytes));
}

/// The arguments that turn `options` into `changed`.
std::string arguments_between(const Options& options, const Options& changed) {
  const auto &from = options.training, &to = changed.training;
  std::vector<std::string> arguments;
  if (to.zero_stage != from.zero_stage) { arguments.push_back(cat("--training.zero_stage ", to.zero_stage)); }
  if (to.recompute != from.recompute) {
    arguments.push_back(cat("--training.recompute ", word(to.recompute)));
  }
  if (to.max_tokens_per_pack != from.max_tokens_per_pack) {
    arguments.push_back(cat("--training.max_tokens_per_pack ", to.max_tokens_per_pack));
  }
  return join(arguments, " ");
}

double kv_bytes_per_token(const Options& options, const model::ModelConfig& config) {
  return static_cast<double>(2 * config.layers * config.kv_heads * config.head_dim) *
         static_cast<double>(device::bytes_of(gpu_dtype(options)));
}

/// Bytes of keys and values of so many completions with prompts, as long as they may be. Each may use three
/// pages in part: the last one of its prompt, its copy, and its own last one.
std::uint64_t cache_for(std::int64_t completions, const Options& options, const model::ModelConfig& config) {
  const std::int64_t longest =
      std::min(config.max_positions, options.instance.max_prompt_tokens + options.sampling.max_new_tokens);
  const std::int64_t tokens = completions * (longest / compute::page_tokens + 3) * compute::page_tokens;
  return static_cast<std::uint64_t>(kv_bytes_per_token(options, config) * static_cast<double>(tokens));
}

}  // namespace

std::uint64_t usable_memory(std::uint64_t of_gpu) {
  return of_gpu - of_gpu / 16;
}

Options with_cache(Options options, const model::ModelConfig& config, int gpus, bool flash,
                   std::uint64_t usable) {
  std::uint64_t& bytes = options.rollout.kv_cache_bytes.value;
  if (bytes > 0) { return options; }
  const std::uint64_t least = cache_for(1, options, config);
  bytes = cache_for(options.rollout.max_sequences, options, config);
  const GpuPlan plan = gpu_plan(options, config, gpus, flash);
  const std::uint64_t kept = plan.total() - plan.largest_turn(),
                      free = std::max(usable - std::min(usable, kept), plan.gradients + plan.packs);
  if (plan.generation > free) {
    bytes -= std::min(bytes - least, plan.generation - free + device::Arena::alignment);
  }
  return options;
}

GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus) {
  return gpu_plan(options, config, gpus,
                  compute::plans_flash_attention(options.compute.attention, gpu_dtype(options)));
}

GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus, bool flash) {
  rollout::RolloutOptions rollout = options.rollout;
  if (rollout.kv_cache_bytes.value == 0) { rollout.kv_cache_bytes.value = cache_for(1, options, config); }
  const Sharding sharding(config, gpus);
  const model::Dtype dtype = gpu_dtype(options);
  const std::uint64_t element = device::bytes_of(dtype);
  const model::PackLimits most = pack_limits(options, config, flash);
  const bool reference = options.objective.kl_beta > 0;
  GpuPlan plan;
  device::ArenaCount weights;
  weights.take<std::byte>("weights", sharding.elements * element);
  plan.weights = weights.bytes() * (reference ? 2 : 1);
  const device::TurnBytes optimizer = gpu_optimizer_bytes(sharding, options.training.zero_stage);
  plan.optimizer = optimizer.kept;
  plan.gradients = optimizer.in_turn;
  const auto add = [&](std::uint64_t& in_turn, const device::TurnBytes& user) {
    plan.tables += user.kept;
    in_turn += user.in_turn;
  };
  add(plan.packs, model::PackModel::gpu_bytes(config, dtype, most));
  if (reference) { add(plan.packs, model::PackModel::gpu_bytes(config, dtype, forward_only(most))); }
  if (generates(options)) {
    add(plan.generation, rollout::Generator::gpu_bytes(config, dtype, rollout));
    plan.cache = rollout.kv_cache_bytes.value;
  }
  plan.tables += GpuLoss::bytes(most);
  if (rewards_on_gpu(options)) {
    device::ArenaCount rewards;
    rewards.take<std::byte>("workspace of rewards", reward_workspace_bytes);
    plan.tables += rewards.bytes();
  }
  std::uint64_t parameters = 0;
  for (const ShardedBucket& bucket : sharding.buckets) {
    parameters += static_cast<std::uint64_t>(bucket.flat.count);
  }
  plan.checkpoint = 3 * sizeof(float) * parameters;
  plan.kv_bytes_per_token = kv_bytes_per_token(options, config);
  return plan;
}

std::string GpuPlan::cache_text() const {
  return cat("key/value cache: ", bytes_text(cache), " per GPU (", cache, " bytes), ",
             static_cast<std::int64_t>(static_cast<double>(cache) / kv_bytes_per_token), " tokens");
}

std::string GpuPlan::text(std::uint64_t memory, bool cache_given) const {
  std::string text =
      cat("GPU memory: ", bytes_text(total()), " = weights ", bytes_text(weights),
          " + master weights and moments ", bytes_text(optimizer), " + tables ", bytes_text(tables), " + ",
          generation > 0 ? "the larger of training (" : "training (", "gradients ", bytes_text(gradients),
          " + packs ", bytes_text(packs), ")",
          generation > 0 ? cat(" and generation ", bytes_text(generation)) : "", "\n");
  if (generation > 0) { text += cache_text() + "\n"; }
  if (generation > 0 && cache_given && memory > total()) {
    const std::uint64_t more = memory - total() + largest_turn() - generation;
    const double tokens = static_cast<double>(more) / kv_bytes_per_token;
    text += cat("rollout.kv_cache_bytes may be larger by ", bytes_text(more), ", the keys and values of ",
                static_cast<std::int64_t>(tokens), " tokens\n");
  }
  return cat(text, "checkpoint bytes: ", checkpoint, "\nGPU memory bytes: ", total(), "\n",
             total() <= memory ? "fits: " : "does not fit: ", bytes_text(total()), " of ", bytes_text(memory),
             " per GPU\n");
}

std::vector<std::string> what_would_fit_gpus(const Options& options, const model::ModelConfig& config,
                                             int gpus, std::uint64_t memory) {
  std::vector<std::string> ways;
  const auto fits = [&](const Options& changed, int count) {
    const std::uint64_t bytes = gpu_plan(changed, config, count).total();
    if (bytes > memory) { return false; }
    const std::string change = arguments_between(options, changed);
    const std::string gpus_first =
        count == gpus ? change : cat(counted(count, "GPU"), change.empty() ? "" : " with ", change);
    const std::string way = cat(gpus_first, " (", bytes_text(bytes), ")");
    if (std::ranges::find(ways, way) == ways.end()) { ways.push_back(way); }
    return true;
  };
  const auto with = [&](std::int64_t zero_stage, model::Recompute recompute) {
    Options changed = options;
    changed.training.zero_stage = std::max(options.training.zero_stage, zero_stage);
    changed.training.recompute = std::max(options.training.recompute, recompute);
    return changed;
  };
  using model::Recompute;
  fits(with(1, Recompute::gate_up), gpus);
  fits(with(1, Recompute::layers), gpus);
  fits(with(2, Recompute::nothing), gpus);
  if (fits(with(2, Recompute::gate_up), gpus) || fits(with(2, Recompute::layers), gpus)) { return ways; }
  Options less = with(2, Recompute::layers);
  for (std::int64_t tokens = options.training.max_tokens_per_pack / 2; tokens >= 512; tokens /= 2) {
    less.training.max_tokens_per_pack = tokens;
    if (fits(less, gpus)) { return ways; }
  }
  for (int more = 2 * gpus; more <= 4096; more *= 2) {
    if (fits(with(2, Recompute::layers), more)) { break; }
  }
  return ways;
}

void refuse_too_large_for_gpus(const Options& options, const model::ModelConfig& config, int gpus) {
  const std::uint64_t memory = options.plan.gpu_memory.value, total = gpu_plan(options, config, gpus).total();
  if (total <= memory) { return; }
  const std::vector<std::string> ways = what_would_fit_gpus(options, config, gpus, memory);
  throw BadOption(
      cat("this run does not fit: it needs ", human_bytes(static_cast<double>(total)), " of each GPU, and ",
          human_bytes(static_cast<double>(memory)), " are there; ",
          ways.empty() ? std::string("no change of options makes it fit: weights and gradients of two layers "
                                     "are whole on every GPU, so a smaller model or larger GPUs are needed")
                       : cat("it would fit with ", join(ways, ", or "))));
}

}  // namespace srl::training
