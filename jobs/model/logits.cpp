#include "jobs/model/logits.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "compute/attention_choice.hpp"
#include "device/arena.hpp"
#include "device/device.hpp"
#include "jobs/io/line_files.hpp"
#include "model/inspect.hpp"

namespace srl::model_job {
namespace {

using model::Dtype;

/// Tokens of a line on a GPU, whose memory is taken before the first line is read.
constexpr std::int64_t most_tokens_on_gpu = 8192, positions_at_once = 256;

int answer_lines(const jobs::ModelOptions& options, model::PackModel& model, const model::ModelConfig& config,
                 std::int64_t most_ids) {
  jobs::LineFiles files(options.input, options.output);
  const bool all_good = model::top_logprobs_stream(files.in(), files.out(), model, config,
                                                   {options.top, options.all, most_ids});
  files.flush();
  return all_good ? 0 : 1;
}

device::Device device_of(const jobs::ModelOptions& options, Dtype dtype) {
  std::vector<std::string> buses;
  for (const device::Gpu& gpu : device::visible_gpus()) { buses.push_back(gpu.bus); }
  device::DeviceOptions wanted = options.device;
  if (wanted.device == device::DeviceChoice::automatic && dtype == Dtype::fp64) {
    wanted.device = device::DeviceChoice::cpu;
  }
  const device::Device device = device::choose(wanted, 0, {buses});
  const bool on_gpu = device.kind == device::Kind::cuda;
  if (on_gpu && dtype == Dtype::fp64) { throw BadOption("--dtype fp64 needs --device cpu"); }
  if (!on_gpu && dtype == Dtype::bf16) { throw BadOption("--dtype bf16 needs a GPU: --device cuda"); }
  return device;
}

compute::ChosenAttention attention_of(const jobs::ModelOptions& options, const device::Device& device,
                                      Dtype dtype, const model::ModelConfig& config) {
  compute::ChosenAttention chosen = compute::choose_attention(
      options.compute.attention, device, dtype, {config.heads, config.kv_heads, config.head_dim});
  if (!chosen.trouble.empty()) { log_warning(cat(chosen.trouble, "; our own kernel is used")); }
  if (device.kind == device::Kind::cuda) { log_info(chosen.text()); }
  return chosen;
}

}  // namespace

Dtype dtype_of(device::DtypeChoice choice) {
  return choice == device::DtypeChoice::fp64   ? Dtype::fp64
         : choice == device::DtypeChoice::bf16 ? Dtype::bf16
                                               : Dtype::fp32;
}

int logits(const jobs::ModelOptions& options) {
  const Dtype dtype = dtype_of(options.dtype);
  const device::Device device = device_of(options, dtype);
  const model::ModelConfig config = model::read_config(options.model);
  if (device.kind == device::Kind::cpu) {
    attention_of(options, device, dtype, config);
    const model::Parameters parameters = model::load_parameters(options.model, config, dtype);
    model::PackModel model(parameters);
    return answer_lines(options, model, config, config.max_positions);
  }
  const compute::ChosenAttention attention = attention_of(options, device, dtype, config);
  const std::int64_t most_ids = std::min(config.max_positions, most_tokens_on_gpu);
  const model::PackLimits most{.tokens = most_ids,
                               .predictions = positions_at_once,
                               .positions = most_ids,
                               .generations = 0,
                               .head_chunk = positions_at_once,
                               .backward = false,
                               .flash = attention.flash};
  device::ArenaCount count;
  count.take<std::byte>("weights", model::GpuWeights::bytes(config, dtype));
  const std::size_t bytes = count.bytes() + model::PackModel::gpu_bytes(config, dtype, most).total();
  const device::Stream stream(device);
  device::Arena memory(device, bytes, "logits");
  log_info(cat("computing on ", device.name(), " in ",
               options.dtype == device::DtypeChoice::bf16 ? "bf16" : "fp32", " with ",
               human_bytes(static_cast<double>(bytes)), " of its memory"));
  const model::GpuWeights weights(config, dtype, memory);
  model::load_gpu_weights(options.model, stream, weights);
  model::PackModel model(weights, most, memory, stream);
  return answer_lines(options, model, config, most_ids);
}

}  // namespace srl::model_job
