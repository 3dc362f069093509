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

/// What is needed only during a call.
template <class T>
struct GpuDecoderScratch {
  Span<T> pages;
  Span<T> hidden, normed, qkv, attended, gate_up, gated;  ///< [rows, width]
  Span<T> chosen;                                         ///< [rows with logits, hidden]
  Span<float> logits;                                     ///< [rows with logits, vocabulary]
  Span<float> partial;                                    ///< of attention
};

template <class T>
struct GpuDecoderMemory {
  std::int64_t page_elements, page_count;
  RowLimits limits;
  GpuDecoderScratch<T> scratch;
  Span<std::int32_t> arrays;
  Span<std::uint32_t> finite;  ///< [rows]
  Span<std::byte> workspace;   ///< of products
  model::GpuRope rope;
  GpuSamplerMemory sampler;

  /// All but `scratch`. Memory: device::Arena, or ArenaCount.
  template <class Memory>
  GpuDecoderMemory(const ModelConfig& config, const RolloutOptions& options, Memory& memory)
      : page_elements(compute::GpuPagesOf<T>({}, config.layers, config.kv_heads, config.head_dim).elements()),
        page_count(static_cast<std::int64_t>(options.kv_cache_bytes.value) / page_bytes()),
        limits(limits_of(config, options)),
        rope(config, limits.longest, memory),
        sampler(config.vocab, options.max_sequences, memory) {
    arrays = memory.template take<std::int32_t>("arrays of decoding", limits.array_elements());
    finite = memory.template take<std::uint32_t>("finite rows", static_cast<std::size_t>(limits.rows));
    workspace = memory.template take<std::byte>("workspace of products", compute::product_workspace);
  }
  template <class Memory>
  void take_scratch(const ModelConfig& config, const RolloutOptions& options, Memory& memory) {
    const auto take = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<T>(name, static_cast<std::size_t>(rows * width));
    };
    const auto floats = [&](const char* name, std::int64_t rows, std::int64_t width) {
      return memory.template take<float>(name, static_cast<std::size_t>(rows * width));
    };
    scratch.pages = take("key/value cache", page_count, page_elements);
    scratch.hidden = take("rows of decoding", limits.rows, config.hidden);
    scratch.normed = take("rows of decoding", limits.rows, config.hidden);
    scratch.qkv = take("rows of decoding", limits.rows, qkv_width(config));
    scratch.attended = take("rows of decoding", limits.rows, query_width(config));
    scratch.gate_up = take("rows of decoding", limits.rows, 2 * config.intermediate);
    scratch.gated = take("rows of decoding", limits.rows, config.intermediate);
    scratch.chosen = take("rows of decoding", options.max_sequences, config.hidden);
    scratch.logits = floats("logits of decoding", options.max_sequences, config.vocab);
    scratch.partial = floats("parts of attention", limits.parts(), config.heads * (config.head_dim + 1));
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
             const device::Turn& turn, const device::Stream& stream)
      : weights_(weights),
        stream_(stream),
        turn_(turn),
        memory_(config(), options, memory),
        products_(stream.device(), memory_.workspace),
        sampler_(memory_.sampler, stream),
        pages_({}, config().layers, config().kv_heads, config().head_dim),
        places_(model::places_of(config(), weights.layout())) {
    for (const auto& at : places_.layers) {
      layers_.push_back(model::tensors_at(
          at, [&](const model::Place& place) { return weights_.matrix<T>(place); },
          [&](const model::Place& place) { return weights_.vector<T>(place); }));
    }
    memory_.rope.upload(stream, config());
    turn_.add([this, options](device::Arena& scratch) {
      memory_.take_scratch(config(), options, scratch);
      pages_ = {memory_.scratch.pages, config().layers, config().kv_heads, config().head_dim};
    });
  }
  GpuDecoder(GpuDecoder&&) = delete;  // `turn` knows its address

  std::int64_t block_bytes() const override { return memory_.page_bytes(); }
  void ensure(BlockId) override {}  // all of its memory was taken at the start
  void clear() override {}
  void copy(BlockId from, BlockId to) override { device::copy(stream_, page(to), page(from)); }

  void forward(std::span<const Row> rows) override {
    run(rows, [](std::int64_t) {});
    head();
  }
  void begin(const SamplingCall& call) override {
    turn_.enter();
    sampler_.begin(call);
  }
  double sample(std::span<const SampleRequest> requests, std::span<compute::Sampled> sampled) override {
    return sampler_.sample(logits(), requests, sampled);
  }

  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) override {
    std::optional<std::int64_t> bad;
    std::vector<std::uint32_t> finite(rows.size());
    run(rows, [&](std::int64_t layer) {
      const Span<std::uint32_t> of_rows = memory_.finite.first(rows.size());
      compute::finite_rows(stream_, GpuRows<const T>(matrix(memory_.scratch.hidden, config().hidden)),
                           of_rows);
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
    return memory_.scratch.pages.part(static_cast<std::size_t>(block) * elements, elements);
  }
  Matrix matrix(Span<T> memory, std::int64_t width) const {
    return {memory, static_cast<std::int64_t>(arrays_.ids.size()), width};
  }
  std::int64_t wanted() const { return static_cast<std::int64_t>(arrays_.wanted.size()); }
  GpuRows<float> logits() const { return {memory_.scratch.logits, wanted(), config().vocab}; }

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
    const Matrix hidden = matrix(memory_.scratch.hidden, config().hidden),
                 normed = matrix(memory_.scratch.normed, config().hidden),
                 gate_up = matrix(memory_.scratch.gate_up, 2 * config().intermediate),
                 gated = matrix(memory_.scratch.gated, config().intermediate),
                 attended = matrix(memory_.scratch.attended, query_width(config()));
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
    const Matrix qkv = matrix(memory_.scratch.qkv, qkv_width(config()));
    product(normed, layer.qkv, qkv);
    compute::write_keys_and_values(stream_, qkv, {layer.qkv_bias, layer.query_norm, layer.key_norm, eps()},
                                   memory_.rope.at(arrays_.positions), arrays_.pages, pages_, index);
    const Matrix queries = qkv.columns(0, query_width(config()));
    for (const AttentionSlice& slice : arrays_.slices) {
      compute::paged_attention(stream_, queries.from(slice.first, slice.rows), slice.plan, pages_, index,
                               attended.from(slice.first, slice.rows), memory_.scratch.partial);
    }
  }

  void head() {
    if (wanted() == 0) { return; }
    const Matrix chosen(memory_.scratch.chosen, wanted(), config().hidden);
    const Matrix normed(memory_.scratch.normed, wanted(), config().hidden);
    compute::gather_rows(stream_, matrix(memory_.scratch.hidden, config().hidden), arrays_.wanted, chosen);
    compute::rms_norm(stream_, chosen, weights_.vector<T>(places_.final_norm), eps(), normed, {});
    products_.forward(stream_, GpuRows<const T>(normed), weights_.matrix<T>(places_.head), logits());
  }

  const model::GpuWeights& weights_;
  const device::Stream& stream_;
  device::Turn turn_;
  GpuDecoderMemory<T> memory_;
  compute::Products products_;
  GpuSampler sampler_;
  compute::GpuPagesOf<T> pages_;
  model::Places places_;
  std::vector<Layer> layers_;
  GpuRowArrays arrays_;
};

template <class T>
device::TurnBytes bytes_of(const ModelConfig& config, const RolloutOptions& options) {
  device::ArenaCount kept, in_turn;
  GpuDecoderMemory<T> memory(config, options, kept);
  memory.take_scratch(config, options, in_turn);
  return {kept.bytes(), in_turn.bytes()};
}

}  // namespace

std::unique_ptr<Decoder> make_gpu_decoder(const model::GpuWeights& weights, const RolloutOptions& options,
                                          device::Arena& memory, const device::Turn& turn,
                                          const device::Stream& stream) {
  model::check_gpu_sizes(weights.config());
  if (weights.dtype() == model::Dtype::bf16) {
    return std::make_unique<GpuDecoder<device::Bf16>>(weights, options, memory, turn, stream);
  }
  return std::make_unique<GpuDecoder<float>>(weights, options, memory, turn, stream);
}

device::TurnBytes gpu_decoder_bytes(const ModelConfig& config, model::Dtype dtype,
                                    const RolloutOptions& options) {
  model::check_gpu_sizes(config);
  return dtype == model::Dtype::bf16 ? bytes_of<device::Bf16>(config, options)
                                     : bytes_of<float>(config, options);
}

}  // namespace srl::rollout
