// Packs on a GPU, real or emulated, against fp64 on the CPU.
#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "base/error.hpp"
#include "compute/flash_attention.hpp"
#include "device/arena.hpp"
#include "device/device.hpp"
#include "device/memory.hpp"
#include "device/pinned_pair.hpp"
#include "model/forward/engine.hpp"
#include "pack_case.hpp"
#include "rounding_machine.hpp"
#ifdef SRL_EMULATED
#include "device/emulated.hpp"
#endif

namespace srl::model {
namespace {

constexpr std::int64_t head_chunk = 8;

/// Sizes that a GPU's kernels support.
ModelConfig gpu_config(const std::string& type) {
  Json json = tiny_config(type);
  json["hidden_size"] = 32;
  json["intermediate_size"] = 48;
  json["head_dim"] = 8;
  return parse_config(json, "config.json");
}

/// Lively weights, each exact in bf16.
Parameters rounded_parameters(const ModelConfig& config, Dtype dtype) {
  const Parameters fine = lively_parameters(config, Dtype::fp64);
  Parameters parameters(config, dtype);
  parameters.flat().copy_(fine.flat().to(at::kBFloat16));
  return parameters;
}

/// A model on a GPU with everything that it needs.
class GpuModel {
 public:
  GpuModel(const ModelConfig& config, Dtype dtype, const Pack& pack, Recompute recompute = Recompute::nothing)
      : GpuModel(config, dtype, limits(pack, recompute)) {}
  GpuModel(const ModelConfig& config, Dtype dtype, const PackLimits& most)
      : stream_({device::Kind::cuda, 0}),
        arena_(stream_.device(), bytes(config, dtype, most), "test"),
        weights_(config, dtype, arena_),
        gradients_(parameter_layout(config), arena_.take<float>("gradients", weights_.elements())),
        model_(weights_, most, arena_, stream_) {
    EXPECT_EQ(arena_.left(), 0u);  // gpu_bytes() told exactly what the model takes
    weights_.upload(stream_, rounded_parameters(config, Dtype::fp32));
    device::zero(stream_, gradients_.flat());
  }
  PackModel& operator*() { return model_; }
  GpuGradients& gradients() { return gradients_; }
  /// In the layout of `like`.
  Parameters read_gradients(const ModelConfig& config) {
    Parameters result(config, Dtype::fp32);
    device::download(stream_, std::span(result.flat().data_ptr<float>(), weights_.elements()),
                     gradients_.flat());
    return result;
  }

  static PackLimits limits(const Pack& pack, Recompute recompute) {
    return {.tokens = std::ssize(pack.ids),
            .predictions = std::ssize(pack.rows),
            .positions = 64,
            .generations = 2,
            .head_chunk = head_chunk,
            .recompute = recompute};
  }

 private:
  static std::size_t bytes(const ModelConfig& config, Dtype dtype, const PackLimits& most) {
    device::ArenaCount count;
    count.take<std::byte>("weights", GpuWeights::bytes(config, dtype));
    count.take<std::byte>("gradients", GpuWeights::bytes(config, Dtype::fp32));
    return count.bytes() + PackModel::gpu_bytes(config, dtype, most).total();
  }

  device::Stream stream_;
  device::Arena arena_;
  GpuWeights weights_;
  GpuGradients gradients_;
  PackModel model_;
};

class OnAGpu : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  }
};
INSTANTIATE_TEST_SUITE_P(Architectures, OnAGpu, testing::Values("llama", "qwen2", "qwen3"));

struct Result {
  Predictions predictions;
  std::optional<Parameters> gradients;
};

/// Of the model in fp64, whose tensors are rounded to bf16 or not.
template <class M>
Result on_cpu(const Parameters& parameters, const Pack& pack) {
  Result result;
  result.gradients.emplace(parameters.config(), Dtype::fp64);
  Engine<M> engine(std::make_unique<M>(parameters));
  result.predictions =
      engine.forward_backward(pack, {.head_chunk = head_chunk}, gradients_of, *result.gradients, {});
  return result;
}

double error(const at::Tensor& value, const at::Tensor& exact) {
  return (value.to(at::kDouble) - exact).norm().item<double>();
}
at::Tensor tensor_of(const std::vector<double>& values) {
  return at::from_blob(const_cast<double*>(values.data()), {std::ssize(values)}, at::kDouble).clone();
}

void expect_close_to_fp64(const ModelConfig& config, bool flash) {
  const Parameters weights = rounded_parameters(config, Dtype::fp64);
  const Pack pack = tree_pack(config.vocab);
  const Result exact = on_cpu<CpuMachine<double>>(weights, pack);
  const Result rounded = on_cpu<RoundingMachine>(weights, pack);
  PackLimits most = GpuModel::limits(pack, Recompute::nothing);
  most.flash = flash;
  GpuModel gpu(config, Dtype::bf16, most);
  const Predictions predictions =
      (*gpu).forward_backward(pack, {.head_chunk = head_chunk}, gradients_of, gpu.gradients());
  const Parameters gradients = gpu.read_gradients(config);
  const at::Tensor logprob = tensor_of(exact.predictions.logprob);
  EXPECT_LE(error(tensor_of(predictions.logprob), logprob),
            2 * error(tensor_of(rounded.predictions.logprob), logprob));
  EXPECT_LE(error(tensor_of(predictions.entropy), tensor_of(exact.predictions.entropy)),
            2 * error(tensor_of(rounded.predictions.entropy), tensor_of(exact.predictions.entropy)));
  for (std::size_t i = 0; i < parameter_layout(config).size(); ++i) {
    const at::Tensor& truth = exact.gradients->view(i);
    EXPECT_LE(error(gradients.view(i), truth), 2 * error(rounded.gradients->view(i), truth))
        << parameter_layout(config)[i].name << ", norm " << truth.norm().item<double>();
  }
}

TEST_P(OnAGpu, GradientsErrByAtMostTwiceWhatRoundingToBf16Does) {
  expect_close_to_fp64(gpu_config(GetParam()), false);
}

TEST_P(OnAGpu, WithFlashAttentionGradientsErrByAtMostTwiceWhatRoundingToBf16Does) {
  if (!compute::flash_attention_available()) { GTEST_SKIP() << "this build has no FlashAttention"; }
  expect_close_to_fp64(gpu_config(GetParam()), true);
}

#ifdef SRL_EMULATED
TEST_P(OnAGpu, FlashAttentionIsUsedInBf16Only) {
  const ModelConfig config = gpu_config(GetParam());
  const Pack pack = tree_pack(config.vocab);
  const auto logprob = [&](Dtype dtype, const char* fault) {
    setenv("SRL_EMULATED_ATTENTION_FAULT", fault, 1);
    PackLimits most = GpuModel::limits(pack, Recompute::nothing);
    most.flash = true;
    GpuModel gpu(config, dtype, most);
    const Predictions predictions = (*gpu).forward(pack, {.head_chunk = head_chunk});
    unsetenv("SRL_EMULATED_ATTENTION_FAULT");
    return predictions.logprob;
  };
  EXPECT_NE(logprob(Dtype::bf16, "forward"), logprob(Dtype::bf16, "none"));
  EXPECT_EQ(logprob(Dtype::fp32, "forward"), logprob(Dtype::fp32, "none"));
}
#endif

TEST_P(OnAGpu, InFp32GradientsAreNearThoseInFp64) {
  const ModelConfig config = gpu_config(GetParam());
  const Pack pack = tree_pack(config.vocab);
  const Result exact = on_cpu<CpuMachine<double>>(rounded_parameters(config, Dtype::fp64), pack);
  GpuModel gpu(config, Dtype::fp32, pack);
  (*gpu).forward_backward(pack, {.head_chunk = head_chunk}, gradients_of, gpu.gradients());
  const Parameters gradients = gpu.read_gradients(config);
  for (std::size_t i = 0; i < gradients.layout().size(); ++i) {
    // The same bias for all keys hardly changes the softmax, so its gradient is a small difference of large
    // sums; it is compared with the gradient of the queries' bias.
    const std::string& name = gradients.layout()[i].name;
    const at::Tensor& like = exact.gradients->view(name.ends_with("k_proj.bias") ? i - 1 : i);
    EXPECT_LT(error(gradients.view(i), exact.gradients->view(i)), 1e-5 * like.norm().item<double>()) << name;
  }
}

/// Gradients of two backwards, and predictions of a forward alone.
std::vector<float> bits_of(const ModelConfig& config, const Pack& pack,
                           Recompute recompute = Recompute::nothing) {
  GpuModel gpu(config, Dtype::bf16, pack, recompute);
  const ForwardOptions options{.recompute = recompute, .head_chunk = head_chunk};
  (*gpu).forward_backward(pack, options, gradients_of, gpu.gradients());
  const Predictions alone = (*gpu).forward(pack, options);
  const Predictions again = (*gpu).forward_backward(pack, options, gradients_of, gpu.gradients());
  EXPECT_EQ(alone.logprob, again.logprob);
  EXPECT_EQ(alone.entropy, again.entropy);
  const Parameters gradients = gpu.read_gradients(config);
  const float* const data = gradients.flat().const_data_ptr<float>();
  return {data, data + gradients.elements()};
}

TEST_P(OnAGpu, RecomputationGivesTheSameBits) {
  const ModelConfig config = gpu_config(GetParam());
  const Pack pack = tree_pack(config.vocab);
  const std::vector<float> expected = bits_of(config, pack);
  EXPECT_EQ(bits_of(config, pack, Recompute::gate_up), expected);
  EXPECT_EQ(bits_of(config, pack, Recompute::layers), expected);
}

TEST_P(OnAGpu, EveryOrderOfWorkGivesTheSameBits) {
  const ModelConfig config = gpu_config(GetParam());
  const Pack pack = tree_pack(config.vocab);
#ifdef SRL_EMULATED
  device::emulated::set_order(device::emulated::Order::eager, 0);
  const std::vector<float> expected = bits_of(config, pack);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    device::emulated::set_order(
        seed == 1 ? device::emulated::Order::laziest : device::emulated::Order::random, seed);
    EXPECT_EQ(bits_of(config, pack), expected) << "seed " << seed;
  }
#else
  EXPECT_EQ(bits_of(config, pack), bits_of(config, pack));
#endif
}

/// The tree's segments with one prediction per row, and with other ids.
Pack pack_of_single_rows(const ModelConfig& config, std::int32_t shift) {
  Pack pack = tree_pack(config.vocab);
  for (std::int32_t& id : pack.ids) { id = (id + shift) % static_cast<std::int32_t>(config.vocab); }
  pack.rows.clear();
  pack.targets.clear();
  for (std::int64_t row = shift % 3; row < std::ssize(pack.ids); row += 2) {
    pack.rows.push_back(row);
    pack.targets.push_back(static_cast<std::int32_t>((row + shift) % config.vocab));
  }
  return pack;
}

/// What three packs gave, one after the other.
struct Several {
  std::vector<std::vector<double>> logprob, entropy;
  std::vector<float> gradients;
  bool operator==(const Several&) const = default;

  void add(const Predictions& predictions) {
    logprob.push_back(predictions.logprob);
    entropy.push_back(predictions.entropy);
  }
};

/// run(model, pack, number of the pack, what it gave) for each pack. Of the loss with d loss / d logprob =
/// number of the pack + 1.
template <class Run>
Several several_packs(const ModelConfig& config, const Run& run) {
  std::vector<Pack> packs;
  for (const std::int32_t shift : {0, 1, 2}) { packs.push_back(pack_of_single_rows(config, shift)); }
  GpuModel gpu(config, Dtype::bf16, packs.front());
  Several result;
  for (std::size_t i = 0; i < packs.size(); ++i) { run(gpu, packs[i], i, result); }
  (*gpu).read_all();
  const Parameters gradients = gpu.read_gradients(config);
  const float* const data = gradients.flat().const_data_ptr<float>();
  result.gradients.assign(data, data + gradients.elements());
  return result;
}

/// The host waits for every pack.
Several one_by_one(const ModelConfig& config) {
  return several_packs(config, [](GpuModel& gpu, const Pack& pack, std::size_t i, Several& result) {
    const auto loss = [&](const Predictions& predictions) {
      return PredictionGradients{std::vector<double>(predictions.logprob.size(), double(i + 1)), {}};
    };
    result.add((*gpu).forward_backward(pack, {.head_chunk = head_chunk}, loss, gpu.gradients()));
  });
}

/// next(): the pinned piece for the gradients of a pack.
template <class Next>
Several enqueued(const ModelConfig& config, const Next& next) {
  return several_packs(config, [&](GpuModel& gpu, const Pack& pack, std::size_t i, Several& result) {
    const auto enqueue = [&](const device::Stream& stream, const GpuLossPlace& place) {
      device::PinnedPiece& piece = next();
      const device::PinnedSpan<float> values = piece.template first<float>(place.dlogprob.size());
      std::ranges::fill(values.elements, static_cast<float>(i + 1));
      device::upload(stream, place.dlogprob, values);
      device::upload(stream, place.coefficient, values);
      piece.sent(stream);
    };
    (*gpu).enqueue_forward_backward(
        pack, {.head_chunk = head_chunk},
        {enqueue, [&result](const Predictions& predictions) { result.add(predictions); }}, gpu.gradients());
    EXPECT_EQ(result.logprob.size(), i) << "the pack before this one is read now";
  });
}

TEST(PackModelOnAGpu, PacksThatAreEnqueuedGiveTheBitsOfThoseThatTheHostWaitsFor) {
  if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  const ModelConfig config = gpu_config("qwen2");
  const device::Device device{device::Kind::cuda, 0};
  const Several expected = one_by_one(config);
  const auto run = [&] {
    device::PinnedPair pair(device, 1024);
    return enqueued(config, [&]() -> device::PinnedPiece& { return pair.next(); });
  };
#ifdef SRL_EMULATED
  using device::emulated::Order;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    device::emulated::set_order(seed == 0 ? Order::eager : (seed == 1 ? Order::laziest : Order::random),
                                seed);
    EXPECT_EQ(run(), expected) << "seed " << seed;
  }
  // A buffer that is filled for the next pack although the copy for this one may not have run is seen.
  device::emulated::set_order(Order::laziest, 1);
  device::PinnedPiece piece(device, 1024);
  EXPECT_NE(enqueued(config, [&]() -> device::PinnedPiece& { return piece; }), expected);
  device::emulated::set_order(Order::random, 1);
#else
  EXPECT_EQ(run(), expected);
#endif
}

TEST_P(OnAGpu, ForwardsThatAreEnqueuedAreReadInTheirOrder) {
  const ModelConfig config = gpu_config(GetParam());
  GpuModel gpu(config, Dtype::bf16, pack_of_single_rows(config, 0));
  const ForwardOptions options{.head_chunk = head_chunk};
  std::vector<std::vector<double>> expected, read;
  for (const std::int32_t shift : {0, 1, 2}) {
    expected.push_back((*gpu).forward(pack_of_single_rows(config, shift), options).logprob);
  }
  for (const std::int32_t shift : {0, 1, 2}) {
    (*gpu).enqueue_forward(pack_of_single_rows(config, shift), options,
                           [&](const Predictions& predictions) { read.push_back(predictions.logprob); });
    EXPECT_EQ(read.size(), static_cast<std::size_t>(shift));
  }
  expected.push_back(
      (*gpu).forward(pack_of_single_rows(config, 3), options).logprob);  // reads the third first
  EXPECT_EQ(read.size(), 3u);
  read.push_back(expected.back());
  EXPECT_EQ(read, expected);
}

TEST_P(OnAGpu, LogitsOfAnyRowsAreNearThoseInFp64) {
  const ModelConfig config = gpu_config(GetParam());
  const Parameters weights = rounded_parameters(config, Dtype::fp64);
  const Pack pack = tree_pack(config.vocab);
  const std::vector<std::int64_t> rows = {27, 3, 3, 12, 0, 19, 8, 9, 10, 11};
  const auto as_tensor = [](const std::vector<float>& values) {
    return at::from_blob(const_cast<float*>(values.data()), {std::ssize(values)}, at::kFloat).to(at::kDouble);
  };
  Engine<RoundingMachine> rounded(std::make_unique<RoundingMachine>(weights));
  GpuModel gpu(config, Dtype::bf16, pack);
  const at::Tensor exact = as_tensor(PackModel(weights).logits(pack, rows));
  EXPECT_LE(error(as_tensor((*gpu).logits(pack, rows)), exact),
            2 * error(as_tensor(rounded.logits(pack, rows)), exact));
}

TEST_P(OnAGpu, APackOfPromptsAloneHasNoPartsToMerge) {
  const ModelConfig config = gpu_config(GetParam());
  const Parameters weights = rounded_parameters(config, Dtype::fp64);
  Pack pack;
  pack.ids = {1, 2, 3, 4, 5};
  pack.segments = {{0, 2, -1, 0}, {2, 3, -1, 0}};
  pack.rows = {0, 2, 3};
  pack.targets = {2, 4, 5};
  const Result exact = on_cpu<CpuMachine<double>>(weights, pack),
               rounded = on_cpu<RoundingMachine>(weights, pack);
  GpuModel gpu(config, Dtype::bf16, pack);
  (*gpu).forward_backward(pack, {.head_chunk = head_chunk}, gradients_of, gpu.gradients());
  const at::Tensor& truth = exact.gradients->flat();
  EXPECT_LE(error(gpu.read_gradients(config).flat(), truth), 2 * error(rounded.gradients->flat(), truth));
}

TEST_P(OnAGpu, AnEmptyPackTellsItsBucketsAndALargeOneIsRefused) {
  const ModelConfig config = gpu_config(GetParam());
  Pack pack = tree_pack(config.vocab);
  GpuModel gpu(config, Dtype::bf16, pack);
  std::vector<std::size_t> told;
  (*gpu).forward_backward({}, {}, gradients_of, gpu.gradients(),
                          {.after = [&](std::size_t bucket) { told.push_back(bucket); }});
  EXPECT_EQ(told, (std::vector<std::size_t>{3, 2, 1, 0}));
  pack.ids.push_back(1);
  pack.segments.push_back({std::ssize(pack.ids) - 1, 1, -1, 0});
  EXPECT_THROW((*gpu).forward(pack, {}), BadInput);
}

TEST(PackModelOnAGpu, RefusesModelsWithSizesThatKernelsDoNotSupport) {
  if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  const ModelConfig config = config_of("qwen3");  // heads of 6
  EXPECT_THROW(GpuModel(config, Dtype::bf16, tree_pack(config.vocab)), BadInput);
}

}  // namespace
}  // namespace srl::model
