// The weights that a run starts from, on GPUs, real or emulated: only rank 0 has them on its host.
#include "training/gpu/start_weights.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "comm/own_gpu.hpp"
#include "device/arena.hpp"
#include "support/model_shapes.hpp"
#include "training/gpu/owned.hpp"

namespace srl::training {
namespace {

using device::Bf16;
using device::Span;

/// The embedding takes two messages.
model::ModelConfig large_embedding() {
  model::ModelConfig config = test::model_of("LlamaForCausalLM", {270'000, 64, 2, 4, 2, 16, 64, 64});
  config.tied_embeddings = true;
  return config;
}

class StartWeights : public comm::testing::EachOnItsGpu {
 protected:
  template <class T>
  std::vector<T> read(const device::Stream& stream, Span<const T> from) const {
    std::vector<T> values(from.size());
    device::download(stream, std::span(values), from);
    return values;
  }
};

TEST_F(StartWeights, OfRank0AreOnEachGpuAndEachRankOwnsItsPart) {
  const model::ModelConfig config = large_embedding();
  const model::Parameters expected = model::random_parameters(config, model::Dtype::fp32, 3);
  const model::Parameters host = rank_ == 0 ? model::random_parameters(config, model::Dtype::fp32, 3)
                                            : model::Parameters::without_memory(config, model::Dtype::fp32);
  const Sharding sharding(config, size_);
  const device::Stream stream(device_);
  device::Arena memory(device_, 6 * sharding.elements + 4 * sharding.owned + 4096, "test");
  const model::GpuWeights rounded(config, sharding.layout, sharding.elements, model::Dtype::bf16, memory),
      exact(config, sharding.layout, sharding.elements, model::Dtype::fp32, memory);
  const Span<float> master = memory.take<float>("master weights", sharding.owned);
  int ticks = 0;
  send_start_weights(host, sharding, world_, stream, rounded, master, [&ticks] { ++ticks; });
  send_start_weights(host, sharding, world_, stream, exact, {}, {});
  EXPECT_EQ(ticks, 2 + 3);  // the other buckets take one message each

  const float* const flat = expected.flat().const_data_ptr<float>();
  const std::vector<float> all = read(stream, Span<const float>(exact.flat<float>()));
  const std::vector<Bf16> all_rounded = read(stream, Span<const Bf16>(rounded.flat<Bf16>()));
  const std::vector<float> owned = read(stream, Span<const float>(master));
  const std::vector<PieceRange> ranges = sharding.ranges_of(rank_);
  for (std::size_t b = 0; b < sharding.buckets.size(); ++b) {
    const ShardedBucket& bucket = sharding.buckets[b];
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < bucket.part * static_cast<std::size_t>(size_); ++i) {
      const auto count = static_cast<std::size_t>(bucket.flat.count);
      const float value = i < count ? flat[static_cast<std::size_t>(bucket.flat.offset) + i] : 0;
      wrong += all[bucket.begin + i] != value;
      wrong += device::to_float(all_rounded[bucket.begin + i]) != device::to_float(device::to_bf16(value));
    }
    for (std::size_t i = 0; i < bucket.part; ++i) {
      wrong += owned[bucket.owned + i] != (i < ranges[b].count ? flat[ranges[b].begin + i] : 0);
    }
    EXPECT_EQ(wrong, 0u) << "bucket " << b;
  }
}

}  // namespace
}  // namespace srl::training
