#include "rollout/decode/gpu_decoder.hpp"

#include <array>
#include <limits>
#include <map>
#include <optional>

#include "compute/elements.hpp"
#include "compute/gate.hpp"
#include "compute/gather.hpp"
#include "compute/kv_writes.hpp"
#include "compute/norm.hpp"
#include "compute/products.hpp"
#include "device/graph.hpp"
#include "device/memory.hpp"
#include "rollout/decode/gpu_decoder_memory.hpp"

namespace srl::rollout {
namespace {

using compute::GpuRows;
using device::Span;
using model::ModelConfig;

/// The driver takes memory for each graph, which is not in the plan: some hundred kilobytes.
constexpr std::size_t most_graphs = 128;

template <class T>
class GpuDecoder final : public Decoder {
  using Matrix = GpuRows<T>;
  using Layer = model::LayerTensors<GpuRows<const T>, Span<const T>>;

 public:
  GpuDecoder(const model::GpuWeights& weights, const RolloutOptions& options, device::Arena& memory,
             const device::Turn& turn, const device::Stream& stream)
      : weights_(weights),
        graphs_wanted_(options.graphs),
        stream_(stream),
        turn_(turn),
        memory_(config(), options, memory),
        products_(stream.device(), memory_.workspace),
        sampler_(memory_.sampler, stream),
        steps_{new_step(), new_step()},
        pages_({}, config().layers, config().kv_heads, config().head_dim),
        places_(model::places_of(config(), weights.layout())) {
    for (const auto& at : places_.layers) {
      layers_.push_back(model::tensors_at(
          at, [&](const model::Place& place) { return weights_.matrix<T>(place); },
          [&](const model::Place& place) { return weights_.vector<T>(place); }));
    }
    memory_.rope.upload(stream, config());
    turn_.add([this, options](device::Arena& scratch) {
      const void* const before = memory_.scratch.pages.data();
      memory_.take_scratch(config(), options, scratch);
      if (memory_.scratch.pages.data() != before) { drop_graphs(); }  // they have the old places
      pages_ = {memory_.scratch.pages, config().layers, config().kv_heads, config().head_dim};
    });
  }
  GpuDecoder(GpuDecoder&&) = delete;  // `turn` knows its address

  std::int64_t block_bytes() const override { return memory_.page_bytes(); }
  void ensure(BlockId) override {}  // all of its memory was taken at the start
  void clear() override {}
  void copy(BlockId from, BlockId to) override { device::copy(stream_, page(to), page(from)); }

  void forward(std::span<const Row> rows) override {
    upload(rows, graphs_wanted_);
    enqueue_forward();
    step().end.record(stream_);
  }
  std::int64_t repeated_steps() const override { return repeated_steps_; }
  void begin(const SamplingCall& call) override {
    turn_.enter();
    sampler_.begin(call);
    for (GpuStep& one : steps_) { one.unread = false; }
  }
  /// All samples of a forward, unless one prompt has more completions than that. Ids in the GPU's memory and
  /// the order of the stream are all that the next forward needs: a sample that the host drops, since its
  /// completion has ended, has written only to a page of its own, before any other sequence gets that page.
  std::size_t most_unread() const override { return memory_.sampler.most; }
  void sample(std::span<const SampleRequest> requests) override {
    step().unread = true;
    sampler_.sample(step(), logits(), {arrays_.ids, arrays_.wanted}, requests);
  }
  double read(std::span<compute::Sampled> sampled) override {
    GpuStep& other = steps_[(forwards_ + 1) % 2];
    GpuStep& earliest = other.unread ? other : step();
    earliest.unread = false;
    return sampler_.read(earliest, sampled);
  }
  void wait() override { stream_.wait(); }

  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) override {
    std::optional<std::int64_t> bad;
    std::vector<std::uint32_t> finite(rows.size());
    upload(rows, false);
    layers([&](std::int64_t layer) {
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

  GpuStep new_step() const {
    return GpuStep(stream_.device(), memory_.arrays.size(), memory_.sampler.most,
                   memory_.sampler.seen_words());
  }
  GpuStep& step() { return steps_[forwards_ % 2]; }
  void upload(std::span<const Row> rows, bool fill_up) {
    ++forwards_;
    step().end.wait();  // of the forward before the last one
    arrays_ = upload_rows(stream_, rows, memory_.limits, memory_.arrays, step().arrays.all(), fill_up);
  }

  void enqueue_forward() {
    const auto work = [this] {
      layers([](std::int64_t) {});
      head();
    };
    if (!arrays_.size) { return work(); }
    // The first step of a size runs by itself: sizes that come once are not worth a graph, and a kernel's
    // first launch may load its code, which a capture does not allow.
    if (graphs_.size() == most_graphs && !graphs_.contains(*arrays_.size)) { drop_graphs(); }
    const auto [found, is_new] = graphs_.try_emplace(*arrays_.size);
    if (is_new) { return work(); }
    if (!found->second) { found->second.emplace(device::Graph::capture(stream_, work)); }
    found->second->launch(stream_);
    ++repeated_steps_;
  }
  void drop_graphs() {
    if (graphs_.empty()) { return; }
    stream_.wait();  // the last one may still run
    graphs_.clear();
  }

  /// The operations of training's forward (model/pack.hpp), but that keys and values are in pages. Calls
  /// after_layer(i) when the hidden state after layer i is enqueued.
  template <class Look>
  void layers(Look&& after_layer) {
    const Matrix hidden = matrix(memory_.scratch.hidden, config().hidden),
                 normed = matrix(memory_.scratch.normed, config().hidden),
                 gate_up = matrix(memory_.scratch.gate_up, 2 * config().intermediate),
                 gated = matrix(memory_.scratch.gated, config().intermediate),
                 attended = matrix(memory_.scratch.attended, query_width(config()));
    compute::take_sampled(stream_, arrays_.ids, sampler_.ids());
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
  bool graphs_wanted_;
  const device::Stream& stream_;
  device::Turn turn_;
  GpuDecoderMemory<T> memory_;
  compute::Products products_;
  GpuSampler sampler_;
  std::array<GpuStep, 2> steps_;
  std::size_t forwards_ = 0;
  compute::GpuPagesOf<T> pages_;
  model::Places places_;
  std::vector<Layer> layers_;
  GpuRowArrays arrays_;
  std::map<StepSize, std::optional<device::Graph>> graphs_;
  std::int64_t repeated_steps_ = 0;
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
