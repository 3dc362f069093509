// Training and generation of whole models on this GPU, with random weights and few layers: one JSON object
// per line.
//   gpu_model_bench [small]     small: sizes for an emulated GPU, whose times say nothing about a card
//
// training: forward and backward of a full pack. TFLOP/s count the products of layers and head, 6 per weight
// and token (2 forward, 4 backward); attention is left out. `mfu` is their share of the card's dense bf16
// peak, where the name of the card tells it. generation: decode steps of 128 completions; `of_copy` compares
// the bytes that a step must read (weights, keys and values) per second with a copy on the same card.
#include <iostream>

#include "base/strings.hpp"
#include "base/timer.hpp"
#include "bench/gpu_timing.hpp"
#include "device/arena.hpp"
#include "model/pack.hpp"
#include "rollout/generate.hpp"
#include "support/model_shapes.hpp"

namespace {

using namespace srl;

struct Shape {
  const char* name;
  test::Sizes sizes;
  bool tied;
};
constexpr Shape shapes[] = {
    {"Qwen2.5-0.5B, 4 of 24 layers", {151936, 896, 4, 14, 2, 64, 4864, 32768}, true},
    {"Qwen2.5-1.5B, 4 of 28 layers", {151936, 1536, 4, 12, 2, 128, 8960, 32768}, true},
    {"Qwen2.5-7B, 4 of 28 layers", {152064, 3584, 4, 28, 4, 128, 18944, 32768}, false}};
constexpr Shape small_shape = {"a small model", {256, 64, 2, 4, 2, 16, 96, 256}, true};

model::ModelConfig config_of(const Shape& shape) {
  model::ModelConfig config = test::model_of("Qwen2ForCausalLM", shape.sizes);
  config.qkv_bias = true;
  config.tied_embeddings = shape.tied;
  return config;
}

/// Dense bf16 peak by the maker's data sheets (SXM), or 0.
double peak_of(const std::string& name) {
  for (const char* hopper : {"H100", "H200", "GH200"}) {
    if (name.find(hopper) != std::string::npos) { return 989e12; }
  }
  return name.find("A100") != std::string::npos ? 312e12 : 0;
}

class Bench : test::GpuTiming {
 public:
  using GpuTiming::GpuTiming;

  void run() {
    tell_device();
    copies();
    if (small_) { return run(small_shape); }
    for (const Shape& shape : shapes) { run(shape); }
  }

 private:
  struct Sizes {
    std::int64_t groups, prompt, completions, length;
    std::int64_t tokens() const { return groups * (prompt + completions * length); }
    std::int64_t predictions() const { return groups * completions * length; }
  };

  void run(const Shape& shape) {
    const model::ModelConfig config = config_of(shape);
    training(shape.name, config, small_ ? Sizes{1, 10, 2, 6} : Sizes{8, 256, 8, 96});
    generation(shape.name, config, small_ ? Sizes{2, 10, 2, 6} : Sizes{16, 128, 8, 64});
  }

  static std::vector<std::int32_t> random_ids(std::int64_t count, std::int64_t vocabulary, unsigned seed) {
    std::minstd_rand random(seed);
    std::vector<std::int32_t> ids(static_cast<std::size_t>(count));
    for (std::int32_t& id : ids) {
      id = static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary));
    }
    return ids;
  }

  static model::Pack pack_of(const Sizes& sizes, std::int64_t vocabulary) {
    model::Pack pack{random_ids(sizes.tokens(), vocabulary, 1), {}, {}, {}};
    std::int64_t begin = 0;
    for (std::int64_t group = 0; group < sizes.groups; ++group) {
      const std::int64_t parent = std::ssize(pack.segments), prompt = begin;
      pack.segments.push_back({begin, sizes.prompt, -1, 0});
      begin += sizes.prompt;
      for (std::int64_t completion = 0; completion < sizes.completions; ++completion, begin += sizes.length) {
        pack.segments.push_back({begin, sizes.length, parent, sizes.prompt});
        for (std::int64_t i = 0; i < sizes.length; ++i) {
          pack.rows.push_back(i == 0 ? prompt + sizes.prompt - 1 : begin + i - 1);
          pack.targets.push_back(pack.ids[static_cast<std::size_t>(begin + i)]);
        }
      }
    }
    return pack;
  }

  static double weights_per_layer(const model::ModelConfig& c) {
    return static_cast<double>(c.hidden * (2 * c.heads + 2 * c.kv_heads) * c.head_dim +
                               3 * c.hidden * c.intermediate);
  }

  void training(const std::string& name, const model::ModelConfig& config, const Sizes& sizes) {
    const model::PackLimits most{.tokens = sizes.tokens(),
                                 .predictions = sizes.predictions(),
                                 .positions = sizes.prompt + sizes.length};
    device::ArenaCount count;
    count.take<std::byte>("weights", model::GpuWeights::bytes(config, model::Dtype::bf16));
    count.take<std::byte>("gradients", model::GpuWeights::bytes(config, model::Dtype::fp32));
    device::Arena arena(gpu_,
                        count.bytes() + model::PackModel::gpu_bytes(config, model::Dtype::bf16, most).total(),
                        "training");
    const model::GpuWeights weights(config, model::Dtype::bf16, arena);
    fill(weights.flat<device::Bf16>());
    model::GpuGradients gradients(model::parameter_layout(config),
                                  arena.take<float>("gradients", weights.elements()));
    device::zero(stream_, gradients.flat());
    model::PackModel model(weights, most, arena, stream_);
    const model::Pack pack = pack_of(sizes, config.vocab);
    const auto loss = [](const model::Predictions& predictions) {
      return model::PredictionGradients{std::vector<double>(predictions.logprob.size(), 1e-3), {}};
    };
    const double seconds = seconds_of([&] { model.forward_backward(pack, {}, loss, gradients); });
    const double products =
        6 * (static_cast<double>(sizes.tokens() * config.layers) * weights_per_layer(config) +
             static_cast<double>(sizes.predictions() * config.hidden * config.vocab));
    const double peak = peak_of(device::visible_gpus().at(0).model);
    std::cout << cat("{\"figure\":\"training\",\"shape\":\"", name, ", ", sizes.tokens(),
                     " tokens\",\"milliseconds\":", fixed(seconds * 1e3, 3),
                     ",\"tokens_per_second\":", fixed(static_cast<double>(sizes.tokens()) / seconds, 0),
                     ",\"teraflops\":", fixed(products / seconds / 1e12, 2),
                     peak > 0 ? cat(",\"mfu\":", fixed(products / seconds / peak, 3)) : "", "}")
              << std::endl;
  }

  void generation(const std::string& name, const model::ModelConfig& config, const Sizes& sizes) {
    rollout::RolloutOptions options;
    const std::int64_t positions = sizes.groups * sizes.completions * (sizes.prompt + sizes.length);
    const double bytes_per_position =
        4.0 * static_cast<double>(config.layers * config.kv_heads * config.head_dim);
    options.kv_cache_bytes.value =
        static_cast<std::uint64_t>(1.5 * static_cast<double>(positions) * bytes_per_position) + (1U << 20);
    device::ArenaCount count;
    count.take<std::byte>("weights", model::GpuWeights::bytes(config, model::Dtype::bf16));
    device::Arena arena(
        gpu_, count.bytes() + rollout::Generator::gpu_bytes(config, model::Dtype::bf16, options).total(),
        "generation");
    const model::GpuWeights weights(config, model::Dtype::bf16, arena);
    fill(weights.flat<device::Bf16>());
    rollout::Generator generator(weights, arena, stream_, {}, options);
    std::vector<rollout::Group> groups;
    for (std::int64_t g = 0; g < sizes.groups; ++g) {
      groups.push_back(
          {random_ids(sizes.prompt, config.vocab, static_cast<unsigned>(g + 2)), g, sizes.completions, 0});
    }
    rollout::SamplingOptions sampling;
    sampling.max_new_tokens = sizes.length;
    const auto run = [&] { return generator.generate(groups, sampling, 1, RandomStream::rollout).figures; };
    run();  // captures graphs
    const rollout::GenerationFigures figures = run();
    const double step =
        figures.decode_seconds / static_cast<double>(std::max<std::int64_t>(figures.decode_steps, 1));
    // The prompt of a group is read once.
    const double read =
        2 * (static_cast<double>(config.layers) * weights_per_layer(config) +
             static_cast<double>(config.hidden * config.vocab)) +
        bytes_per_position * static_cast<double>(sizes.groups) *
            (static_cast<double>(sizes.prompt) + static_cast<double>(sizes.completions * sizes.length) / 2);
    std::cout << cat("{\"figure\":\"generation\",\"shape\":\"", name, ", ", sizes.groups, " x ",
                     sizes.completions, " completions\",\"milliseconds_per_step\":", fixed(step * 1e3, 3),
                     ",\"tokens_per_second\":",
                     fixed(static_cast<double>(sizes.groups * sizes.completions) / step, 0),
                     ",\"repeated_steps\":", figures.repeated_steps,
                     ",\"decode_steps\":", figures.decode_steps, ",\"sampling_share\":",
                     fixed(figures.sampling_seconds / (figures.decode_seconds + figures.prefill_seconds), 3),
                     ",\"of_copy\":", fixed(read / step / copy_rate_, 3), "}")
              << std::endl;
  }
};

}  // namespace

int main(int argc, char** argv) {
  return srl::test::run_gpu_bench<Bench>("gpu_model_bench", argc, argv);
}
