#include "rollout/decode/gpu_decoder.hpp"

#include <limits>
#include <optional>

#include "compute/elements.hpp"
#include "compute/gate.hpp"
#include "compute/gather.hpp"
#include "compute/kv_writes.hpp"
#include "compute/norm.hpp"
#include "compute/products.hpp"
#include "device/memory.hpp"
#include "model/gpu_rope.hpp"
#include "rollout/decode/gpu_plan.hpp"
#include "rollout/sample/gpu_sampler.hpp"

namespace srl::rollout {
namespace {

using compute::GpuRows;
using device::Span;
using model::ModelConfig;

std::int64_t query_width(const ModelConfig& config) {
  return config.heads * config.head_dim;
}
std::int64_t qkv_width(const ModelConfig& config) {
  return (config.heads + 2 * config.kv_heads) * config.head_dim;
}

template <class T>
struct GpuDecoderMemory {
  std::int64_t page_elements, page_count;
  RowLimits limits;
  Span<T> pages;
  Span<T> hidden, normed, qkv, attended, gate_up, gated;  ///< [rows, width]
  Span<T> chosen;                                         ///< [rows with logits, hidden]
  Span<float> logits;                                     ///< [rows with logits, vocabulary]
  Span<float> partial;                                    ///< of attention
  Span<std::int32_t> arrays;
  Span<std::uint32_t> finite;  ///< [rows]
  Span<std::byte> workspace;   ///< of products
  model::GpuRope rope;
  GpuSamplerMemory sampler;

  /// Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuDecoderMemory(const ModelConfig& config, const RolloutOptions& options, Memory& memory)
      : page_elements(compute::GpuPagesOf<T>({}, config.layers, config.kv_heads, config.head_dim).elements()),
        page_count(static_cast<std::int64_t>(options.kv_cache_bytes.value) / page_bytes()),
        limits(limits_of(config, options)),
        rope(config, limits.longest, memory),
        sampler(config.vocab, options.max_sequences, memory) {
    const auto take = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<T>(name, static_cast<std::size_t>(rows * width));
    };
    const auto floats = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<float>(name, static_cast<std::size_t>(rows * width));
    };
    pages = take("key/value cache", page_count, page_elements);
    hidden = take("rows of decoding", limits.rows, config.hidden);
    normed = take("rows of decoding", limits.rows, config.hidden);
    qkv = take("rows of decoding", limits.rows, qkv_width(config));
    attended = take("rows of decoding", limits.rows, query_width(config));
    gate_up = take("rows of decoding", limits.rows, 2 * config.intermediate);
    gated = take("rows of decoding", limits.rows, config.intermediate);
    chosen = take("rows of decoding", options.max_sequences, config.hidden);
    logits = floats("logits of decoding", options.max_sequences, config.vocab);
    partial = floats("parts of attention", limits.parts(), config.heads * (config.head_dim + 1));
    arrays = memory.template take<std::int32_t>("arrays of decoding", limits.array_elements());
    finite = memory.template take<std::uint32_t>("finite rows", static_cast<std::size_t>(limits.rows));
    workspace = memory.template take<std::byte>("workspace of products", compute::product_workspace);
  }
  std::int64_t page_bytes() const { return page_elements * std::int64_t{sizeof(T)}; }

 private:
  RowLimits limits_of(const ModelConfig& config, const RolloutOptions& options) const {
    const std::int64_t cached = page_count * block_tokens;
    return {most_rows(options), config.max_positions > 0 ? std::min(config.max_positions, cached) : cached,
            config.heads / config.kv_heads};
  }
};

template <class T>
class GpuDecoder final : public Decoder {
  using Matrix = GpuRows<T>;
  using Layer = model::LayerTensors<GpuRows<const T>, Span<const T>>;

 public:
  GpuDecoder(const model::GpuWeights& weights, const RolloutOptions& options, device::Arena& memory,
             const device::Stream& stream)
      : weights_(weights),
        stream_(stream),
        memory_(config(), options, memory),
        products_(stream.device(), memory_.workspace),
        sampler_(memory_.sampler, stream),
        pages_(memory_.pages, config().layers, config().kv_heads, config().head_dim),
        places_(model::places_of(config(), weights.layout())) {
    for (const auto& at : places_.layers) {
      layers_.push_back(model::tensors_at(
          at, [&](const model::Place& place) { return weights_.matrix<T>(place); },
          [&](const model::Place& place) { return weights_.vector<T>(place); }));
    }
    memory_.rope.upload(stream, config());
  }

  std::int64_t block_bytes() const override { return memory_.page_bytes(); }
  void ensure(BlockId) override {}  // all of its memory was taken at the start
  void clear() override {}
  void copy(BlockId from, BlockId to) override { device::copy(stream_, page(to), page(from)); }

  void forward(std::span<const Row> rows) override {
    run(rows, [](std::int64_t) {});
    head();
  }
  void begin(const SamplingCall& call) override { sampler_.begin(call); }
  double sample(std::span<const SampleRequest> requests, std::span<compute::Sampled> sampled) override {
    return sampler_.sample(logits(), requests, sampled);
  }

  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) override {
    std::optional<std::int64_t> bad;
    std::vector<std::uint32_t> finite(rows.size());
    run(rows, [&](std::int64_t layer) {
      const Span<std::uint32_t> of_rows = memory_.finite.first(rows.size());
      compute::finite_rows(stream_, GpuRows<const T>(matrix(memory_.hidden, config().hidden)), of_rows);
      device::download(stream_, std::span(finite), of_rows);
      if (!bad && finite[static_cast<std::size_t>(row)] == 0) { bad = layer; }
    });
    return bad.value_or(config().layers);
  }
  /// On a GPU products always keep a row's bits (products.hpp).
  bool test_rows(std::int64_t) override { return true; }

 private:
  const ModelConfig& config() const { return weights_.config(); }
  float eps() const { return static_cast<float>(config().rms_eps); }
  Span<T> page(BlockId block) const {
    const auto elements = static_cast<std::size_t>(memory_.page_elements);
    return memory_.pages.part(static_cast<std::size_t>(block) * elements, elements);
  }
  Matrix matrix(Span<T> memory, std::int64_t width) const {
    return {memory, static_cast<std::int64_t>(arrays_.ids.size()), width};
  }
  std::int64_t wanted() const { return static_cast<std::int64_t>(arrays_.wanted.size()); }
  GpuRows<float> logits() const { return {memory_.logits, wanted(), config().vocab}; }

  void product(const Matrix& x, const GpuRows<const T>& weight, const Matrix& out) {
    products_.forward(stream_, GpuRows<const T>(x), weight, out);
  }
  void add_product(const Matrix& x, const GpuRows<const T>& weight, const Matrix& sum) {
    products_.forward(stream_, GpuRows<const T>(x), weight, sum, sum);
  }

  /// The operations of training's forward (model/pack.hpp), but that keys and values are in pages. Calls
  /// after_layer(i) when the hidden state after layer i is enqueued.
  template <class Look>
  void run(std::span<const Row> rows, Look&& after_layer) {
    arrays_ = upload_rows(stream_, rows, memory_.limits, memory_.arrays);
    const Matrix hidden = matrix(memory_.hidden, config().hidden),
                 normed = matrix(memory_.normed, config().hidden),
                 gate_up = matrix(memory_.gate_up, 2 * config().intermediate),
                 gated = matrix(memory_.gated, config().intermediate),
                 attended = matrix(memory_.attended, query_width(config()));
    compute::gather_rows(stream_, weights_.matrix<T>(places_.embedding), arrays_.ids, hidden);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Layer& layer = layers_[l];
      compute::rms_norm(stream_, hidden, layer.input_norm, eps(), normed, {});
      attend(layer, static_cast<std::int64_t>(l), normed, attended);
      add_product(attended, layer.output, hidden);
      compute::rms_norm(stream_, hidden, layer.middle_norm, eps(), normed, {});
      product(normed, layer.gate_up, gate_up);
      compute::gated(stream_, gate_up, gated);
      add_product(gated, layer.down, hidden);
      after_layer(static_cast<std::int64_t>(l));
    }
  }

  void attend(const Layer& layer, std::int64_t index, const Matrix& normed, const Matrix& attended) {
    const Matrix qkv = matrix(memory_.qkv, qkv_width(config()));
    product(normed, layer.qkv, qkv);
    compute::write_keys_and_values(stream_, qkv, {layer.qkv_bias, layer.query_norm, layer.key_norm, eps()},
                                   memory_.rope.at(arrays_.positions), arrays_.pages, pages_, index);
    const Matrix queries = qkv.columns(0, query_width(config()));
    for (const AttentionSlice& slice : arrays_.slices) {
      compute::paged_attention(stream_, queries.from(slice.first, slice.rows), slice.plan, pages_, index,
                               attended.from(slice.first, slice.rows), memory_.partial);
    }
  }

  void head() {
    if (wanted() == 0) { return; }
    const Matrix chosen(memory_.chosen, wanted(), config().hidden);
    const Matrix normed(memory_.normed, wanted(), config().hidden);
    compute::gather_rows(stream_, matrix(memory_.hidden, config().hidden), arrays_.wanted, chosen);
    compute::rms_norm(stream_, chosen, weights_.vector<T>(places_.final_norm), eps(), normed, {});
    products_.forward(stream_, GpuRows<const T>(normed), weights_.matrix<T>(places_.head), logits());
  }

  const model::GpuWeights& weights_;
  const device::Stream& stream_;
  GpuDecoderMemory<T> memory_;
  compute::Products products_;
  GpuSampler sampler_;
  compute::GpuPagesOf<T> pages_;
  model::Places places_;
  std::vector<Layer> layers_;
  GpuRowArrays arrays_;
};

}  // namespace

std::unique_ptr<Decoder> make_gpu_decoder(const model::GpuWeights& weights, const RolloutOptions& options,
                                          device::Arena& memory, const device::Stream& stream) {
  model::check_gpu_sizes(weights.config());
  if (weights.dtype() == model::Dtype::bf16) {
    return std::make_unique<GpuDecoder<device::Bf16>>(weights, options, memory, stream);
  }
  return std::make_unique<GpuDecoder<float>>(weights, options, memory, stream);
}

std::size_t gpu_decoder_bytes(const ModelConfig& config, model::Dtype dtype, const RolloutOptions& options) {
  model::check_gpu_sizes(config);
  device::ArenaCount count;
  if (dtype == model::Dtype::bf16) {
    const GpuDecoderMemory<device::Bf16> counted(config, options, count);
  } else {
    const GpuDecoderMemory<float> counted(config, options, count);
  }
  return count.bytes();
}

}  // namespace srl::rollout
