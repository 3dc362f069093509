#include "model/parameters.hpp"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/strings.hpp"
#include "model/files/dtype.hpp"
#include "model/parallel.hpp"

namespace srl::model {
namespace {

class LayoutBuilder {
 public:
  void add(std::string name, std::vector<std::int64_t> shape, bool decays) {
    ParameterInfo info{std::move(name), std::move(shape), offset_, 1, decays};
    for (const std::int64_t size : info.shape) {
      if (info.count > std::numeric_limits<std::int64_t>::max() / size / 16) {
        throw BadInput(cat("parameter ", info.name, " is too large"));
      }
      info.count *= size;
    }
    offset_ += info.count;
    layout_.push_back(std::move(info));
  }
  std::vector<ParameterInfo> take() { return std::move(layout_); }

 private:
  std::vector<ParameterInfo> layout_;
  std::int64_t offset_ = 0;
};

}  // namespace

std::vector<ParameterInfo> parameter_layout(const ModelConfig& config) {
  LayoutBuilder layout;
  const std::int64_t queries = config.heads * config.head_dim, keys = config.kv_heads * config.head_dim;
  layout.add("model.embed_tokens.weight", {config.vocab, config.hidden}, false);
  for (std::int64_t l = 0; l < config.layers; ++l) {
    const std::string layer = cat("model.layers.", l, "."), attention = layer + "self_attn.",
                      mlp = layer + "mlp.";
    layout.add(layer + "input_layernorm.weight", {config.hidden}, false);
    // q, k, v are adjacent, gate and up too: each set is one matrix in products.
    layout.add(attention + "q_proj.weight", {queries, config.hidden}, true);
    layout.add(attention + "k_proj.weight", {keys, config.hidden}, true);
    layout.add(attention + "v_proj.weight", {keys, config.hidden}, true);
    if (config.qkv_bias) {
      layout.add(attention + "q_proj.bias", {queries}, false);
      layout.add(attention + "k_proj.bias", {keys}, false);
      layout.add(attention + "v_proj.bias", {keys}, false);
    }
    if (config.qk_norm) {
      layout.add(attention + "q_norm.weight", {config.head_dim}, false);
      layout.add(attention + "k_norm.weight", {config.head_dim}, false);
    }
    layout.add(attention + "o_proj.weight", {config.hidden, queries}, true);
    layout.add(layer + "post_attention_layernorm.weight", {config.hidden}, false);
    layout.add(mlp + "gate_proj.weight", {config.intermediate, config.hidden}, true);
    layout.add(mlp + "up_proj.weight", {config.intermediate, config.hidden}, true);
    layout.add(mlp + "down_proj.weight", {config.hidden, config.intermediate}, true);
  }
  layout.add("model.norm.weight", {config.hidden}, false);
  if (!config.tied_embeddings) { layout.add("lm_head.weight", {config.vocab, config.hidden}, true); }
  return layout.take();
}

std::vector<Bucket> buckets_of(const ModelConfig& config, const std::vector<ParameterInfo>& layout) {
  std::vector<Bucket> buckets(config.layers + 2);
  const std::size_t a_layer = (layout.size() - (config.tied_embeddings ? 2 : 3)) / config.layers;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    const std::size_t b = i == 0 ? 0 : std::min((i - 1) / a_layer + 1, buckets.size() - 1);
    if (buckets[b].count == 0) { buckets[b].offset = layout[i].offset; }
    buckets[b].count += layout[i].count;
  }
  return buckets;
}

struct Parameters::Impl {
  ModelConfig config;
  Dtype dtype;
  std::vector<ParameterInfo> layout;
  at::Tensor flat;
  std::vector<at::Tensor> views;
  std::unordered_map<std::string_view, std::size_t> index;  // keys point into layout

  Impl(const ModelConfig& of, Dtype type, std::vector<ParameterInfo> places)
      : config(of), dtype(type), layout(std::move(places)) {}

  std::int64_t elements() const { return layout.back().offset + layout.back().count; }
  void allocate() {
    try {
      flat = at::zeros({elements()}, at::TensorOptions().dtype(scalar_type(dtype)));
    } catch (const c10::Error&) {
      throw EnvironmentError(
          cat("not enough memory for ", human_bytes(elements() * element_bytes(dtype)), " of parameters"));
    }
    for (std::size_t i = 0; i < layout.size(); ++i) {
      const ParameterInfo& info = layout[i];
      views.push_back(flat.narrow(0, info.offset, info.count).view(info.shape));
      index.emplace(info.name, i);
    }
  }
};

Parameters::Parameters(const ModelConfig& config, Dtype dtype)
    : Parameters(std::make_unique<Impl>(config, dtype, parameter_layout(config))) {
  impl_->allocate();
}
Parameters::Parameters(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Parameters Parameters::without_memory(const ModelConfig& config, Dtype dtype) {
  Parameters parameters(std::make_unique<Impl>(config, dtype, parameter_layout(config)));
  parameters.impl_->flat = at::empty({0}, at::TensorOptions().dtype(scalar_type(dtype)));
  return parameters;
}

Parameters Parameters::two_layers_at_a_time(const ModelConfig& config, Dtype dtype) {
  std::vector<ParameterInfo> layout = parameter_layout(config);
  const std::vector<Bucket> buckets = buckets_of(config, layout);
  const std::int64_t first = buckets[0].count, layer = buckets[1].count,
                     turns = std::min<std::int64_t>(2, config.layers);
  for (ParameterInfo& info : layout) {
    if (info.offset < first) { continue; }
    const std::int64_t number = (info.offset - first) / layer;  // all layers have the same size
    info.offset -=
        number < config.layers ? (number - number % turns) * layer : (config.layers - turns) * layer;
  }
  Parameters parameters(std::make_unique<Impl>(config, dtype, std::move(layout)));
  parameters.impl_->allocate();
  return parameters;
}

Parameters::~Parameters() = default;
Parameters::Parameters(Parameters&&) noexcept = default;
Parameters& Parameters::operator=(Parameters&&) noexcept = default;
const ModelConfig& Parameters::config() const {
  return impl_->config;
}
const std::vector<ParameterInfo>& Parameters::layout() const {
  return impl_->layout;
}
std::int64_t Parameters::elements() const {
  return impl_->elements();
}
Dtype Parameters::dtype() const {
  return impl_->dtype;
}
at::Tensor& Parameters::flat() {
  return impl_->flat;
}
const at::Tensor& Parameters::flat() const {
  return impl_->flat;
}
const at::Tensor& Parameters::view(std::size_t index) const {
  if (index >= impl_->views.size()) { throw Bug(cat("no memory for parameter ", index)); }
  return impl_->views[index];
}

const at::Tensor& Parameters::view(std::string_view name) const {
  const auto found = impl_->index.find(name);
  if (found == impl_->index.end()) { throw Bug(cat("no parameter named ", name)); }
  return view(found->second);
}

namespace {

/// Four samples of normal(0, deviation) (Box and Muller 1958).
void four_normals(const Philox& words, double deviation, double* out) {
  for (int pair = 0; pair < 2; ++pair) {
    const double radius = std::sqrt(-2 * std::log((words.words[2 * pair] + 0.5) * 0x1.0p-32));
    const double angle = 2 * std::numbers::pi * (words.words[2 * pair + 1] * 0x1.0p-32);
    out[2 * pair] = deviation * radius * std::cos(angle);
    out[2 * pair + 1] = deviation * radius * std::sin(angle);
  }
}

template <class T>
void fill_normal(T* data, std::int64_t count, std::uint64_t seed, std::uint64_t parameter) {
  parallel_for((count + 3) / 4, 4096, [&](std::int64_t begin, std::int64_t end) {
    double values[4];
    for (std::int64_t block = begin; block < end; ++block) {
      const Philox words =
          random_words(seed, RandomStream::initialisation, parameter, high_word(block), low_word(block));
      four_normals(words, 0.02, values);
      for (std::int64_t i = 4 * block; i < std::min(count, 4 * block + 4); ++i) {
        data[i] = static_cast<T>(values[i - 4 * block]);
      }
    }
  });
}

}  // namespace

Parameters random_parameters(const ModelConfig& config, Dtype dtype, std::uint64_t seed) {
  Parameters parameters(config, dtype);
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    const ParameterInfo& info = parameters.layout()[i];
    at::Tensor view = parameters.view(i);
    if (info.name.ends_with(".bias")) { continue; }
    if (info.shape.size() == 1) {
      view.fill_(1);
    } else if (dtype == Dtype::fp64) {
      fill_normal(view.data_ptr<double>(), info.count, seed, i);
    } else if (dtype == Dtype::fp32) {
      fill_normal(view.data_ptr<float>(), info.count, seed, i);
    } else {
      fill_normal(view.data_ptr<at::BFloat16>(), info.count, seed, i);
    }
  }
  return parameters;
}

}  // namespace srl::model
