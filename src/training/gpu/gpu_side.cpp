#include "training/gpu/gpu_side.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "comm/agreed_failure.hpp"
#include "objective/signals.hpp"
#include "training/gpu/start_weights.hpp"

namespace srl::training {
namespace {

enum TurnNumber { training_turn, sampling_turn };

device::Arena arena_for(const GpuPlan& plan, const device::Device& device) {
  try {
    return {device, plan.total(), "training"};
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(
        cat(error.what(),
            "; lower training.max_tokens_per_pack or rollout.kv_cache_bytes, set training.recompute or "
            "training.zero_stage = 2, or use more GPUs"));
  }
}

/// One choice for all ranks, so that results do not depend on which rank trains on a pack.
compute::ChosenAttention attention_of(const Options& options, const model::ModelConfig& config,
                                      const device::Device& device, const comm::Communicator& world) {
  compute::ChosenAttention chosen;
  std::string refusal;  // perhaps of one bad card: the other ranks must not wait for this one
  try {
    chosen = compute::choose_attention(options.compute.attention, device, gpu_dtype(options),
                                       {config.heads, config.kv_heads, config.head_dim});
  } catch (const BadInput& error) { refusal = error.what(); }
  comm::throw_if_any(refusal, world);
  if (!chosen.trouble.empty()) { log_warning(cat(chosen.trouble, "; our own kernel is used")); }
  const bool on_all = world.all_reduce(std::int64_t{chosen.flash}, comm::Reduce::min) > 0;
  if (chosen.flash && !on_all) { return {false, "FlashAttention-2 is not usable on another rank", {}}; }
  return chosen;
}

const comm::Communicator& with_device(const comm::Communicator& world, const device::Device& device) {
  if (world.size() > 1) { world.use_device(device); }
  return world;
}

/// What every rank's GPU has for a run.
std::uint64_t usable_on_all(const device::Device& device, const comm::Communicator& world) {
  const device::GpuMemory memory = device::gpu_memory(device);
  const std::uint64_t mine = std::min(usable_memory(memory.total), memory.free);
  return static_cast<std::uint64_t>(world.all_reduce(static_cast<std::int64_t>(mine), comm::Reduce::min));
}

GpuPlan plan_with(const rollout::RolloutOptions& rollout, Options options, const model::ModelConfig& config,
                  int ranks, bool flash) {
  options.rollout = rollout;
  return gpu_plan(options, config, ranks, flash);
}

}  // namespace

model::Dtype gpu_dtype(const Options& options) {
  return options.device.dtype == device::DtypeChoice::fp32 ? model::Dtype::fp32 : model::Dtype::bf16;
}

bool generates(const Options& options) {
  return options.samples() || options.validation.every_updates > 0;
}

bool rewards_on_gpu(const Options& options) {
  return options.samples() && objective::rewards_on_gpu(options.signal);
}

model::PackLimits forward_only(model::PackLimits most) {
  most.backward = false;
  return most;
}

model::PackLimits pack_limits(const Options& options, const model::ModelConfig& config, bool flash) {
  // A pack always holds at least one completion with its prompt, even a longer one.
  const std::int64_t longest =
      std::min(config.max_positions, options.instance.max_prompt_tokens + options.sampling.max_new_tokens);
  const std::int64_t tokens = std::max(options.training.max_tokens_per_pack, longest);
  return {.tokens = tokens,
          // A completion's first token is predicted by its prompt's last token.
          .predictions = tokens + options.training.prompts_per_update * options.training.group_size,
          .positions = config.max_positions,
          .recompute = options.training.recompute,
          .flash = flash};
}

GpuSide::GpuSide(const Options& options, model::Parameters& host, const device::Device& device,
                 const comm::Communicator& world, std::function<void()> tick)
    : host_(host),
      tick_(std::move(tick)),
      attention_(attention_of(options, host.config(), device, world)),
      most_(pack_limits(options, host.config(), attention_.flash)),
      compute_(device),
      transfers_(device),
      rewards_(device),
      sharding_(host.config(), with_device(world, device).size()),
      rollout_(
          with_cache(options, host.config(), sharding_.ranks, attention_.flash, usable_on_all(device, world))
              .rollout),
      plan_(plan_with(rollout_, options, host.config(), sharding_.ranks, attention_.flash)),
      memory_(arena_for(plan_, device)),
      turns_(memory_, "training, then sampling", plan_.largest_turn(), compute_),
      weights_(host.config(), sharding_.layout, sharding_.elements, gpu_dtype(options), memory_),
      loss_(most_, memory_) {
  if (options.objective.kl_beta > 0) {
    reference_.emplace(host.config(), sharding_.layout, sharding_.elements, gpu_dtype(options), memory_);
    send_start_weights(host, sharding_, world, compute_, *reference_, {}, tick_);
  }
  if (rewards_on_gpu(options)) {
    reward_place_.emplace(
        reward::GpuPlace{rewards_, memory_.take<std::byte>("workspace of rewards", reward_workspace_bytes)});
  }
}

model::PackModel GpuSide::make_model() {
  return {weights_, most_, memory_, compute_, device::Turn(turns_, training_turn)};
}

model::PackModel GpuSide::make_reference() {
  return {*reference_, forward_only(most_), memory_, compute_, device::Turn(turns_, training_turn)};
}

std::unique_ptr<rollout::Generator> GpuSide::make_generator(
    std::vector<std::int32_t> stop_ids, std::function<std::string(const std::vector<std::int32_t>&)> decode) {
  return std::make_unique<rollout::Generator>(weights_, memory_, compute_, std::move(stop_ids), rollout_,
                                              std::move(decode), device::Turn(turns_, sampling_turn));
}

std::unique_ptr<Optimizer> GpuSide::make_optimizer(const AdamWSettings& settings, std::int64_t zero,
                                                   const comm::Communicator& world) {
  return make_gpu_optimizer(
      {sharding_, host_, weights_, memory_, device::Turn(turns_, training_turn), compute_, transfers_, tick_},
      settings, zero, world);
}

}  // namespace srl::training
