#include "rollout/generate.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "rollout/decode/cpu_decoder.hpp"
#include "rollout/decode/gpu_decoder.hpp"
#include "rollout/sample/request.hpp"
#include "rollout/schedule/call.hpp"

namespace srl::rollout {
using Decode = std::function<std::string(const std::vector<std::int32_t>&)>;

struct Generator::Impl : GeneratorParts {
  bool tested = false, rows_equal = true;

  Impl(const model::ModelConfig& of, std::vector<std::int32_t> ids, const RolloutOptions& chosen,
       Decode into_text, std::unique_ptr<Decoder> made)
      : GeneratorParts{of, std::move(ids), chosen, std::move(into_text), std::move(made)} {
    std::erase_if(stop_ids, [&](std::int32_t id) { return id < 0 || id >= config.vocab; });
  }

  void prepare() {
    if (tested) { return; }
    rows_equal = decoder->test_rows(std::min<std::int64_t>(most_rows(options), 4096));
    tested = true;
  }
};

Generator::Generator(const model::Parameters& parameters, std::vector<std::int32_t> stop_ids,
                     const RolloutOptions& options, ThreadPool& pool, Decode decode)
    : impl_(std::make_unique<Impl>(parameters.config(), std::move(stop_ids), options, std::move(decode),
                                   make_cpu_decoder(parameters, pool))) {}
Generator::Generator(const model::GpuWeights& weights, device::Arena& memory, const device::Stream& stream,
                     std::vector<std::int32_t> stop_ids, const RolloutOptions& options, Decode decode,
                     const std::optional<device::Turn>& turn)
    : impl_(std::make_unique<Impl>(
          weights.config(), std::move(stop_ids), options, std::move(decode),
          make_gpu_decoder(weights, options, memory, turn.value_or(device::Turn(memory)), stream))) {}
device::TurnBytes Generator::gpu_bytes(const model::ModelConfig& config, model::Dtype dtype,
                                       const RolloutOptions& options) {
  return gpu_decoder_bytes(config, dtype, options);
}
Generator::~Generator() = default;

std::uint64_t Generator::kv_bytes_needed(std::int64_t prompt_tokens, const SamplingOptions& sampling) const {
  const std::int64_t blocks = blocks_needed(prompt_tokens, impl_->most_new_tokens(prompt_tokens, sampling));
  return blocks * impl_->decoder->block_bytes();
}

void Generator::check(const SamplingOptions& sampling) const {
  rollout::check(sampling);
  parse_bias(sampling.logit_bias, impl_->config.vocab);
}

bool Generator::rows_are_equal() {
  impl_->prepare();
  return impl_->rows_equal;
}

Generated Generator::generate(const std::vector<Group>& groups, const SamplingOptions& sampling,
                              std::uint64_t seed, RandomStream stream,
                              const std::function<void(std::int64_t)>& tick, const GroupFinished& finished) {
  rollout::check(sampling);
  rollout::check(groups, impl_->config);
  if (!sampling.stop.empty() && !impl_->decode) { throw Bug("stop strings need a decode function"); }
  impl_->prepare();
  Generated generated = GenerationCall(*impl_, groups, sampling, seed, stream, finished).run(tick);
  generated.figures.rows_equal = impl_->rows_equal;
  return generated;
}

}  // namespace srl::rollout
