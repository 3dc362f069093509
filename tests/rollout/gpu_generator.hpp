#pragma once
// A generator on a GPU, real or emulated, with everything that it needs.
#include <gmock/gmock.h>

#include "device/arena.hpp"
#include "device/device.hpp"
#include "device/memory.hpp"
#include "rollout/completions.hpp"
#include "rollout/decode/kv_cache.hpp"

namespace srl::rollout::test {

/// Sizes that a GPU's kernels support.
inline model::ModelConfig gpu_config(const std::string& architecture, std::int64_t layers = 2) {
  model::ModelConfig config = small_config(architecture);
  config.head_dim = 8;
  config.intermediate = 96;
  config.layers = layers;
  return config;
}

/// Bytes of a page of keys and values.
inline std::uint64_t page_bytes(const model::ModelConfig& config, model::Dtype dtype) {
  return static_cast<std::uint64_t>(config.layers * config.kv_heads * config.head_dim * 2 * block_tokens) *
         device::bytes_of(dtype);
}

inline RolloutOptions gpu_options(std::uint64_t kv_cache_bytes = 1 << 20) {
  RolloutOptions options;
  options.kv_cache_bytes.value = kv_cache_bytes;
  options.max_sequences = 32;
  options.prefill_chunk = 64;
  return options;
}

using Decode = std::function<std::string(const std::vector<std::int32_t>&)>;

class GpuGenerator {
 public:
  GpuGenerator(const model::Parameters& parameters, model::Dtype dtype,
               const RolloutOptions& options = gpu_options(), const std::vector<std::int32_t>& stop_ids = {},
               const Decode& decode = {})
      : stream_({device::Kind::cuda, 0}),
        arena_(stream_.device(), bytes(parameters.config(), dtype, options), "test"),
        weights_(parameters.config(), dtype, arena_),
        generator_(weights_, arena_, stream_, stop_ids, options, decode) {
    EXPECT_EQ(arena_.left(), 0u);  // gpu_bytes() told exactly what it takes
    weights_.upload(stream_, parameters);
  }
  Generator* operator->() { return &generator_; }
  void upload(const model::Parameters& parameters) { weights_.upload(stream_, parameters); }
  const device::Device& device() const { return stream_.device(); }

 private:
  static std::size_t bytes(const model::ModelConfig& config, model::Dtype dtype,
                           const RolloutOptions& options) {
    device::ArenaCount count;
    count.take<std::byte>("weights", model::GpuWeights::bytes(config, dtype));
    return count.bytes() + Generator::gpu_bytes(config, dtype, options).total();
  }

  device::Stream stream_;
  device::Arena arena_;
  model::GpuWeights weights_;
  Generator generator_;
};

class OnAGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  }
};

}  // namespace srl::rollout::test
