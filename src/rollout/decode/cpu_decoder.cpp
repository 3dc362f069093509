#include "rollout/decode/cpu_decoder.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/timer.hpp"
#include "compute/decode_norm.hpp"
#include "compute/elements.hpp"
#include "compute/gate.hpp"
#include "compute/kv_writes.hpp"
#include "compute/loops.hpp"
#include "compute/paged_attention.hpp"
#include "model/parallel.hpp"
#include "rollout/decode/cpu_weights.hpp"
#include "rollout/decode/rotation_table.hpp"

namespace srl::rollout {
namespace {

/// Memory for [rows, width]. It only grows, and its address changes only when it grows.
struct Buffer {
  std::vector<float> values;
  float* at_least(std::int64_t rows, std::int64_t width) {
    if (std::ssize(values) < rows * width) { values.resize(rows * width); }
    return values.data();
  }
};

RotationTable make_table(const model::ModelConfig& config) {
  model::RopeTable table = model::rope_table(config);
  return RotationTable(std::move(table.inverse_frequencies), table.scale);
}

class CpuDecoder final : public Decoder {
 public:
  CpuDecoder(const model::Parameters& p, ThreadPool& threads)
      : pool_(threads),
        config_(p.config()),
        storage_(config_.layers, config_.kv_heads, config_.head_dim),
        attention_(config_.heads, config_.kv_heads, config_.head_dim),
        table_(make_table(config_)),
        weights_(p),
        embedding_(p.view("model.embed_tokens.weight").data_ptr<float>()),
        final_norm_(p.view("model.norm.weight").data_ptr<float>()) {
    if (config_.heads % config_.kv_heads != 0 || config_.heads / config_.kv_heads > 64 ||
        config_.head_dim % 2 != 0) {
      throw BadInput("generation does not support this model: " + std::to_string(config_.heads) +
                     " heads of size " + std::to_string(config_.head_dim) + " with " +
                     std::to_string(config_.kv_heads) + " key/value heads");
    }
  }
  std::int64_t block_bytes() const override { return storage_.page_bytes(); }
  void ensure(BlockId highest) override { storage_.ensure(highest); }
  void copy(BlockId from, BlockId to) override { storage_.copy(from, to); }
  void clear() override {
    storage_.clear();
    weights_.unpack();
  }
  void forward(std::span<const Row> rows) override {
    set_threads();
    weights_.pack();
    sampled_from_ = run(rows, [](std::int64_t, const float*) {});
  }
  void begin(const SamplingCall& of_call) override {
    call_ = of_call;
    weights_.unpack();  // they may have changed
  }
  void sample(std::span<const SampleRequest> requests) override;
  double read(std::span<compute::Sampled> sampled) override {
    std::ranges::copy(sampled_, sampled.begin());
    return sampling_seconds_;
  }
  std::int64_t first_bad_layer(std::span<const Row> rows, std::int64_t row) override;
  bool test_rows(std::int64_t most_rows) override;

 private:
  ThreadPool& pool_;
  const model::ModelConfig& config_;
  compute::CpuPages<float> storage_;
  compute::PagedAttention<float> attention_;
  RotationTable table_;
  CpuWeights weights_;
  const float* embedding_;
  const float* final_norm_;
  std::int64_t block_ = 0;  // rows per product, 0 = all
  Buffer hidden_, normed_, qkv_, attended_, addend_, gate_up_, gated_, chosen_, logits_;
  std::vector<compute::PageId> pages_;   // of the rows
  std::vector<std::int32_t> positions_;  // of the rows
  std::vector<compute::PagedRow> attention_rows_;
  SamplingCall call_;
  std::vector<compute::SamplerScratch> scratch_;
  const float* sampled_from_ = nullptr;
  std::vector<compute::Sampled> sampled_;
  double sampling_seconds_ = 0;

  void set_threads() {
    if (compute::compute_threads() != pool_.threads()) { model::set_compute_threads(pool_.threads()); }
    scratch_.resize(compute::compute_threads());
  }

  std::int64_t pad(std::int64_t rows) const {
    return block_ > 0 ? (rows + block_ - 1) / block_ * block_ : padded_rows(rows);
  }

  void set_rows(std::span<const Row> rows, float* x, std::int64_t padded) {
    pages_.clear();
    positions_.clear();
    attention_rows_.clear();
    std::int64_t highest = 0;
    for (const Row& row : rows) {
      const std::int64_t length = row.position + 1, blocks = blocks_for(length);
      pages_.push_back(row.blocks[blocks - 1]);
      positions_.push_back(static_cast<std::int32_t>(row.position));
      attention_rows_.push_back({{row.blocks, static_cast<std::size_t>(blocks)}, length, 0, row.family});
      highest = std::max(highest, row.position);
    }
    table_.ensure(highest + 1);
    attention_.prepare(attention_rows_);
    const std::int64_t width = config_.hidden;
    float* to = x;
    for (const Row& row : rows) { to = std::copy_n(embedding_ + row.token * width, width, to); }
    std::fill(to, x + padded * width, 0.0f);
  }

  /// Calls after_layer(i, hidden) with the hidden state [padded, hidden] after layer i.
  template <class Look>
  const float* run(std::span<const Row> rows, Look&& after_layer) {
    const auto count = std::ssize(rows);
    const std::int64_t padded = pad(count), width = config_.hidden, inner = config_.intermediate;
    const std::int64_t attention_width = config_.heads * config_.head_dim;
    float* x = hidden_.at_least(padded, width);
    const Rows<float> stream(x, padded, width);
    float* h = normed_.at_least(padded, width);
    float* q = qkv_.at_least(padded, (config_.heads + 2 * config_.kv_heads) * config_.head_dim);
    float* o = attended_.at_least(padded, attention_width);
    float* y = addend_.at_least(padded, width);
    float* g = gate_up_.at_least(padded, 2 * inner);
    float* a = gated_.at_least(padded, inner);
    set_rows(rows, x, padded);
    const compute::Rotation<float> rotation{positions_.data(), table_.cosine(), table_.sine(),
                                            config_.head_dim};
    std::fill(o + count * attention_width, o + padded * attention_width, 0.0f);
    const float* pending = nullptr;  // last product's output; the next norm adds it to the hidden state
    for (std::int64_t i = 0; i < config_.layers; ++i) {
      CpuLayer& layer = weights_.layer(i);
      compute::add_and_norm(stream, pending, layer.norm_in, config_.rms_eps, h);
      if (i > 0) { after_layer(i - 1, x); }
      layer.qkv.apply(h, q, padded, block_);
      const Rows<float> projected(q, count, layer.qkv.out());
      compute::write_keys_and_values(projected, layer.extra, rotation, pages_, storage_, i);
      attention_.attend(storage_, i, projected.columns(0, attention_width), {o, count, attention_width});
      layer.attention_out.apply(o, y, padded, block_);
      compute::add_and_norm(stream, y, layer.norm_middle, config_.rms_eps, h);
      layer.gate_up.apply(h, g, padded, block_);
      compute::decode_gated(g, {a, padded, inner});
      layer.down.apply(a, y, padded, block_);
      pending = y;
    }
    compute::add_and_norm(stream, pending, final_norm_, config_.rms_eps, h);
    if (config_.layers > 0) { after_layer(config_.layers - 1, x); }
    return head_of(rows, h);
  }

  const float* head_of(std::span<const Row> rows, const float* h) {
    const auto wanted =
        std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.wants_logits; });
    if (wanted == 0) { return nullptr; }
    const std::int64_t padded = pad(wanted), width = config_.hidden;
    float* c = chosen_.at_least(padded, width);
    float* to = c;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].wants_logits) { to = std::copy_n(h + i * width, width, to); }
    }
    std::fill(to, c + padded * width, 0.0f);
    float* result = logits_.at_least(padded, config_.vocab);
    weights_.head().apply(c, result, padded, block_);
    return result;
  }
};

void CpuDecoder::sample(std::span<const SampleRequest> requests) {
  const Timer timer;
  sampled_.resize(requests.size());
  const auto vocabulary = static_cast<std::size_t>(config_.vocab);
  compute::parallel_slices(std::ssize(requests), 1, [&](std::int64_t begin, std::int64_t end, int slice) {
    for (std::int64_t i = begin; i < end; ++i) {
      const SampleRequest& one = requests[i];
      std::vector<std::int32_t>& seen = scratch_[slice].seen;
      const std::size_t count = one.prompt.size() + one.completion.size();
      if (seen.capacity() < count) { seen.reserve(2 * count); }  // so that not every step allocates
      seen.assign(one.prompt.begin(), one.prompt.end());
      seen.insert(seen.end(), one.completion.begin(), one.completion.end());
      const std::span<const std::int32_t> banned =
          one.bans ? std::span(call_.banned) : std::span<const std::int32_t>();
      const double u = random_uniform(call_.seed, call_.stream, one.counters.draw, one.counters.completion,
                                      one.counters.token);
      sampled_[i] = compute::sample({sampled_from_ + one.logits_row * vocabulary, vocabulary}, call_.rule,
                                    call_.bias, banned, seen, u, scratch_[slice]);
    }
  });
  sampling_seconds_ = timer.seconds();
}

std::int64_t CpuDecoder::first_bad_layer(std::span<const Row> rows, std::int64_t row) {
  std::optional<std::int64_t> bad;
  run(rows, [&](std::int64_t layer, const float* x) {
    const std::int64_t width = config_.hidden;
    if (!bad && !compute::all_finite({x + row * width, static_cast<std::size_t>(width)})) { bad = layer; }
  });
  return bad.value_or(config_.layers);
}

bool CpuDecoder::test_rows(std::int64_t most_rows) {
  set_threads();
  const bool equal = weights_.test_rows(most_rows);
  block_ = equal ? 0 : fixed_rows;
  return equal;
}

}  // namespace

std::unique_ptr<Decoder> make_cpu_decoder(const model::Parameters& parameters, ThreadPool& pool) {
  return std::make_unique<CpuDecoder>(parameters, pool);
}

}  // namespace srl::rollout
