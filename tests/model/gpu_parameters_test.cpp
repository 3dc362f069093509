// A model folder's weights in a GPU's memory, real or emulated.
#include "model/gpu_parameters.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "device/arena.hpp"
#include "device/device.hpp"
#include "device/memory.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

/// The embedding is read in two pieces.
ModelConfig write_folder(const TemporaryFolder& folder) {
  Json json = tiny_config("llama");
  json["vocab_size"] = 270'000;
  folder.write("config.json", json.dump());
  const ModelConfig config = parse_config(json, "config.json");
  write_parameters(random_parameters(config, Dtype::fp32, 4), folder.path() / "model.safetensors",
                   Dtype::fp32);
  return config;
}

TEST(GpuParameters, FromAFolderAreThoseOfTheHost) {
  if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  const TemporaryFolder folder;
  const ModelConfig config = write_folder(folder);
  const Parameters on_host = load_parameters(folder.path(), config, Dtype::fp32);
  const device::Stream stream({device::Kind::cuda, 0});
  for (const Dtype dtype : {Dtype::fp32, Dtype::bf16}) {
    device::Arena memory(stream.device(), GpuWeights::bytes(config, dtype), "test");
    const GpuWeights weights(config, dtype, memory);
    int ticks = 0;
    load_gpu_weights(folder.path(), stream, weights, [&ticks] { ++ticks; });
    EXPECT_EQ(ticks, load_pieces(config));
    at::Tensor read = at::empty({on_host.elements()}, dtype == Dtype::fp32 ? at::kFloat : at::kBFloat16);
    if (dtype == Dtype::fp32) {
      device::download(stream, std::span(read.data_ptr<float>(), weights.elements()),
                       device::Span<const float>(weights.flat<float>()));
    } else {
      device::download(stream, std::span(static_cast<device::Bf16*>(read.data_ptr()), weights.elements()),
                       device::Span<const device::Bf16>(weights.flat<device::Bf16>()));
    }
    EXPECT_TRUE(read.equal(on_host.flat().to(read.scalar_type())));
  }
}

}  // namespace
}  // namespace srl::model
