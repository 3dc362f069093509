#include "model/places.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::model {
namespace {

class Offsets {
 public:
  explicit Offsets(const std::vector<ParameterInfo>& layout) {
    for (const ParameterInfo& info : layout) { at_.emplace(info.name, info.offset); }
  }
  /// Of the parameter and those that follow it in the same matrix.
  Place operator()(const std::string& name, std::int64_t rows, std::int64_t width) const {
    const auto found = at_.find(name);
    if (found == at_.end()) { throw Bug(cat("no parameter named ", name)); }
    return {found->second, rows, width};
  }

 private:
  std::unordered_map<std::string_view, std::int64_t> at_;
};

LayerTensors<Place, Place> layer_places(const ModelConfig& config, const Offsets& at, std::int64_t layer) {
  const std::string prefix = cat("model.layers.", layer, "."), attention = prefix + "self_attn.",
                    mlp = prefix + "mlp.";
  const std::int64_t width = (config.heads + 2 * config.kv_heads) * config.head_dim;
  LayerTensors<Place, Place> places;
  places.input_norm = at(prefix + "input_layernorm.weight", 1, config.hidden);
  places.qkv = at(attention + "q_proj.weight", width, config.hidden);
  if (config.qkv_bias) { places.qkv_bias = at(attention + "q_proj.bias", 1, width); }
  if (config.qk_norm) {
    places.query_norm = at(attention + "q_norm.weight", 1, config.head_dim);
    places.key_norm = at(attention + "k_norm.weight", 1, config.head_dim);
  }
  places.output = at(attention + "o_proj.weight", config.hidden, config.heads * config.head_dim);
  places.middle_norm = at(prefix + "post_attention_layernorm.weight", 1, config.hidden);
  places.gate_up = at(mlp + "gate_proj.weight", 2 * config.intermediate, config.hidden);
  places.down = at(mlp + "down_proj.weight", config.hidden, config.intermediate);
  return places;
}

}  // namespace

Places places_of(const ModelConfig& config, const std::vector<ParameterInfo>& layout) {
  const Offsets at(layout);
  Places places;
  places.embedding = at("model.embed_tokens.weight", config.vocab, config.hidden);
  for (std::int64_t l = 0; l < config.layers; ++l) { places.layers.push_back(layer_places(config, at, l)); }
  places.final_norm = at("model.norm.weight", 1, config.hidden);
  places.head = config.tied_embeddings ? places.embedding : at("lm_head.weight", config.vocab, config.hidden);
  return places;
}

}  // namespace srl::model
