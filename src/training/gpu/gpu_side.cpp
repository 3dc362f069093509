#include "training/gpu/gpu_side.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {
namespace {

model::PackLimits forward_only(model::PackLimits most) {
  most.backward = false;
  return most;
}

device::Arena arena_for(const Options& options, const model::ModelConfig& config,
                        const device::Device& device, int ranks) {
  try {
    return {device, GpuSide::bytes(options, config, ranks), "training"};
  } catch (const EnvironmentError& error) {
    throw EnvironmentError(
        cat(error.what(),
            "; lower training.max_tokens_per_pack or rollout.kv_cache_bytes, set training.recompute or "
            "training.zero_stage = 2, or use more GPUs"));
  }
}

const comm::Communicator& with_device(const comm::Communicator& world, const device::Device& device) {
  if (world.size() > 1) { world.use_device(device); }
  return world;
}

}  // namespace

model::Dtype gpu_dtype(const Options& options) {
  return options.device.dtype == device::DtypeChoice::fp32 ? model::Dtype::fp32 : model::Dtype::bf16;
}

bool generates(const Options& options) {
  return (options.training.replay.empty() && !options.supervised()) || options.validation.every_updates > 0;
}

model::PackLimits pack_limits(const Options& options, const model::ModelConfig& config) {
  // A pack always holds at least one completion with its prompt, even a longer one.
  const std::int64_t longest =
      std::min(config.max_positions, options.instance.max_prompt_tokens + options.sampling.max_new_tokens);
  const std::int64_t tokens = std::max(options.training.max_tokens_per_pack, longest);
  return {.tokens = tokens,
          // A completion's first token is predicted by its prompt's last token.
          .predictions = tokens + options.training.prompts_per_update * options.training.group_size,
          .positions = config.max_positions,
          .recompute = options.training.recompute};
}

std::size_t GpuSide::bytes(const Options& options, const model::ModelConfig& config, int ranks) {
  const Sharding sharding(config, ranks);
  const model::PackLimits most = pack_limits(options, config);
  const model::Dtype dtype = gpu_dtype(options);
  const bool reference = options.objective.kl_beta > 0;
  device::ArenaCount count;
  for (int weights = 0; weights < (reference ? 2 : 1); ++weights) {
    count.take<std::byte>("weights", sharding.elements * device::bytes_of(dtype));
  }
  return count.bytes() + gpu_optimizer_bytes(sharding, options.training.zero_stage) +
         model::PackModel::gpu_bytes(config, dtype, most) +
         (reference ? model::PackModel::gpu_bytes(config, dtype, forward_only(most)) : 0) +
         (generates(options) ? rollout::Generator::gpu_bytes(config, dtype, options.rollout) : 0);
}

GpuSide::GpuSide(const Options& options, model::Parameters& host, const device::Device& device,
                 const comm::Communicator& world)
    : host_(host),
      most_(pack_limits(options, host.config())),
      compute_(device),
      transfers_(device),
      sharding_(host.config(), with_device(world, device).size()),
      memory_(arena_for(options, host.config(), device, world.size())),
      weights_(host.config(), sharding_.layout, sharding_.elements, gpu_dtype(options), memory_) {
  if (options.objective.kl_beta > 0) {
    reference_.emplace(host.config(), sharding_.layout, sharding_.elements, gpu_dtype(options), memory_);
    reference_->upload(compute_, host);
  }
}

model::PackModel GpuSide::make_model() {
  return {weights_, most_, memory_, compute_};
}

model::PackModel GpuSide::make_reference() {
  return {*reference_, forward_only(most_), memory_, compute_};
}

std::unique_ptr<rollout::Generator> GpuSide::make_generator(
    const Options& options, std::vector<std::int32_t> stop_ids,
    std::function<std::string(const std::vector<std::int32_t>&)> decode) {
  return std::make_unique<rollout::Generator>(weights_, memory_, compute_, std::move(stop_ids),
                                              options.rollout, std::move(decode));
}

std::unique_ptr<Optimizer> GpuSide::make_optimizer(const AdamWSettings& settings, std::int64_t zero,
                                                   const comm::Communicator& world) {
  return make_gpu_optimizer({sharding_, host_, weights_, memory_, compute_, transfers_}, settings, zero,
                            world);
}

}  // namespace srl::training
