#include "training/gpu/gpu_plan.hpp"

#include "base/counted.hpp"
#include "base/error.hpp"
#include "base/strings.hpp"
#include "training/gpu/gpu_side.hpp"

namespace srl::training {
namespace {

std::string bytes_text(std::uint64_t bytes) {
  return human_bytes(static_cast<double>(bytes));
}

}  // namespace

GpuPlan gpu_plan(const Options& options, const model::ModelConfig& config, int gpus) {
  const Sharding sharding(config, gpus);
  const std::uint64_t element = device::bytes_of(gpu_dtype(options));
  GpuPlan plan;
  plan.weights = sharding.elements * element * (options.objective.kl_beta > 0 ? 2 : 1);
  plan.gradients = GpuGradientReduction::elements(sharding, options.training.zero_stage) * sizeof(float);
  plan.optimizer = gpu_optimizer_bytes(sharding, options.training.zero_stage) - plan.gradients;
  if (generates(options)) {
    plan.generation = rollout::Generator::gpu_bytes(config, gpu_dtype(options), options.rollout);
  }
  plan.packs = GpuSide::bytes(options, config, gpus,
                              compute::plans_flash_attention(options.compute.attention, gpu_dtype(options))) -
               plan.total();
  std::uint64_t parameters = 0;
  for (const ShardedBucket& bucket : sharding.buckets) {
    parameters += static_cast<std::uint64_t>(bucket.flat.count);
  }
  plan.checkpoint = 3 * sizeof(float) * parameters;
  plan.kv_bytes_per_token = static_cast<double>(2 * config.layers * config.kv_heads * config.head_dim) *
                            static_cast<double>(element);
  return plan;
}

std::string GpuPlan::text(std::uint64_t memory) const {
  std::string text =
      cat("GPU memory: ", bytes_text(total()), " = weights ", bytes_text(weights), " + gradients ",
          bytes_text(gradients), " + master weights and moments ", bytes_text(optimizer), " + packs ",
          bytes_text(packs), " + generation ", bytes_text(generation), "\n");
  if (generation > 0 && memory > total()) {
    const double tokens = static_cast<double>(memory - total()) / kv_bytes_per_token;
    text += cat("rollout.kv_cache_bytes may be larger by ", bytes_text(memory - total()),
                ", the keys and values of ", static_cast<std::int64_t>(tokens), " tokens\n");
  }
  return cat(text, "checkpoint bytes: ", checkpoint, "\nGPU memory bytes: ", total(), "\n",
             total() <= memory ? "fits: " : "does not fit: ", bytes_text(total()), " of ", bytes_text(memory),
             " per GPU\n");
}

std::vector<std::string> what_would_fit_gpus(const Options& options, const model::ModelConfig& config,
                                             int gpus, std::uint64_t memory) {
  std::vector<std::string> ways;
  const auto try_with = [&](const std::string& change, const Options& changed, int count) {
    const std::uint64_t bytes = gpu_plan(changed, config, count).total();
    if (bytes > memory) { return false; }
    ways.push_back(cat(change, " (", bytes_text(bytes), ")"));
    return true;
  };
  Options less = options;
  less.training.recompute = true;
  try_with("--training.recompute on", less, gpus);
  less = options;
  less.training.zero_stage = 2;
  try_with("--training.zero_stage 2", less, gpus);
  less.training.recompute = true;
  if (try_with("--training.zero_stage 2 --training.recompute on", less, gpus)) { return ways; }
  for (std::int64_t tokens = options.training.max_tokens_per_pack / 2; tokens >= 512; tokens /= 2) {
    less.training.max_tokens_per_pack = tokens;
    if (try_with(
            cat("--training.zero_stage 2 --training.recompute on --training.max_tokens_per_pack ", tokens),
            less, gpus)) {
      return ways;
    }
  }
  less.training.max_tokens_per_pack = options.training.max_tokens_per_pack;
  for (int more = 2 * gpus; more <= 4096; more *= 2) {
    if (try_with(cat(counted(more, "GPU"), " with --training.zero_stage 2 --training.recompute on"), less,
                 more)) {
      break;
    }
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
