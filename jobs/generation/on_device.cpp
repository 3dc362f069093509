#include "jobs/generation/on_device.hpp"

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "job/devices.hpp"

namespace srl::jobs {
namespace {

device::Arena arena_of(const device::Device& device, std::size_t bytes, const char* name,
                       const char* what_helps) {
  try {
    return {device, bytes, name};
  } catch (const EnvironmentError& error) { throw EnvironmentError(cat(error.what(), "; ", what_helps)); }
}

}  // namespace

Place place_of(const device::DeviceOptions& options, const comm::Communicator& world) {
  const job::FoundDevice found = job::settle(options, world);
  if (options.dtype == device::DtypeChoice::fp64) {
    throw BadOption("dtype = fp64 is only for replayed rollouts of srl_train: use fp32");
  }
  const bool on_gpu = found.device.kind == device::Kind::cuda;
  const bool fp32 = !on_gpu || options.dtype == device::DtypeChoice::fp32;
  const Place place{found.device, fp32 ? device::Dtype::fp32 : device::Dtype::bf16};
  if (on_gpu) {
    log_info(cat("rank ", world.rank(), ": generating on ", found.device.name(), " (", found.gpu, ") in ",
                 word(place.dtype)));
  }
  return place;
}

Weights::Weights(const model::ModelFolder& folder, const Place& place, const std::function<void()>& tick) {
  if (place.device.kind == device::Kind::cpu) {
    on_cpu_.emplace(model::load_parameters(folder, model::Dtype::fp32, tick));
    return;
  }
  stream_.emplace(place.device);
  device::ArenaCount count;
  count.take<std::byte>("weights", model::GpuWeights::bytes(folder.config, place.dtype));
  memory_.emplace(arena_of(place.device, count.bytes(), "weights", "the model needs a larger GPU"));
  on_gpu_.emplace(folder.config, place.dtype, *memory_);
  model::load_gpu_weights(folder.path, *stream_, *on_gpu_, tick);
}

DeviceGenerator::DeviceGenerator(const Weights& weights, const std::vector<std::int32_t>& stop_ids,
                                 const rollout::RolloutOptions& options, ThreadPool& pool,
                                 std::function<std::string(const std::vector<std::int32_t>&)> decode) {
  if (weights.on_cpu_) {
    generator_.emplace(*weights.on_cpu_, stop_ids, options, pool, std::move(decode));
    return;
  }
  const model::GpuWeights& on_gpu = *weights.on_gpu_;
  const std::size_t bytes = rollout::Generator::gpu_bytes(on_gpu.config(), on_gpu.dtype(), options).total();
  memory_.emplace(arena_of(weights.stream_->device(), bytes, "generation", "lower rollout.kv_cache_bytes"));
  generator_.emplace(on_gpu, *memory_, *weights.stream_, stop_ids, options, std::move(decode));
}

}  // namespace srl::jobs
