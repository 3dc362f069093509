#include "model/config.hpp"

#include <array>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "model/files/saved_head.hpp"

namespace srl::model {
namespace {

// Larger than in any model. The product of two dimensions fits into 63 bits.
constexpr std::int64_t largest_dimension = std::int64_t{1} << 31;

/// Reads fields of one JSON object; every message names the file and the field.
class Fields {
 public:
  Fields(const Json& json, const std::string& where) : json_(json), where_(where) {
    if (!json.is_object()) { throw BadInput(cat(where, ": expected a JSON object")); }
  }
  const Json* find(std::string_view name) const {
    const Json* value = json_.find(name);
    return value && value->is_null() ? nullptr : value;
  }
  [[noreturn]] void refuse(std::string_view name, std::string_view what) const {
    throw BadInput(cat(where_, ": field '", name, "' ", what));
  }
  std::int64_t size(std::string_view name, std::optional<std::int64_t> fallback = {}) const {
    const Json* value = find(name);
    if (!value) {
      if (fallback) { return *fallback; }
      refuse(name, "is missing");
    }
    if (!value->is_integer()) { refuse(name, "must be an integer"); }
    if (value->as_integer() < 1 || value->as_integer() > largest_dimension) {
      refuse(name, "is out of range");
    }
    return value->as_integer();
  }
  double positive(std::string_view name, double fallback) const {
    const Json* value = find(name);
    if (!value) { return fallback; }
    if (!value->is_number() || !(value->as_double() > 0)) { refuse(name, "must be a positive number"); }
    return value->as_double();
  }
  bool flag(std::string_view name, bool fallback) const {
    const Json* value = find(name);
    if (!value) { return fallback; }
    if (!value->is_bool()) { refuse(name, "must be true or false"); }
    return value->as_bool();
  }
  std::string text(std::string_view name, const std::string& fallback) const {
    const Json* value = find(name);
    if (!value) { return fallback; }
    if (!value->is_string()) { refuse(name, "must be a string"); }
    return value->as_string();
  }

 private:
  const Json& json_;
  const std::string& where_;
};

std::string architecture_of(const Fields& fields) {
  static constexpr std::array known = {"LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"};
  std::string name;
  if (const Json* list = fields.find("architectures")) {
    if (!list->is_array() || list->as_array().size() != 1 || !list->as_array()[0].is_string()) {
      fields.refuse("architectures", "must be a list of one name");
    }
    name = list->as_array()[0].as_string();
  } else {
    const std::string type = fields.text("model_type", "");
    name = type == "llama" ? known[0] : type == "qwen2" ? known[1] : type == "qwen3" ? known[2] : type;
  }
  for (const char* each : known) {
    if (name == each) { return name; }
  }
  fields.refuse("architectures", cat("is '", name, "', which is not supported; supported: ", known[0], ", ",
                                     known[1], ", ", known[2]));
}

void refuse_unsupported(const Fields& fields, const ModelConfig& config) {
  if (fields.text("hidden_act", "silu") != "silu") {
    fields.refuse("hidden_act", "is not silu, the only activation that is supported");
  }
  if (config.architecture != "Qwen2ForCausalLM" && fields.flag("attention_bias", false)) {
    fields.refuse("attention_bias", "is true, which is not supported for this architecture");
  }
  if (fields.flag("mlp_bias", false)) { fields.refuse("mlp_bias", "is true, which is not supported"); }
  if (fields.positive("partial_rotary_factor", 1.0) != 1.0) {
    fields.refuse("partial_rotary_factor", "is not 1, which is not supported");
  }
  if (fields.find("quantization_config")) {
    fields.refuse("quantization_config", "is present: quantised weights are not supported");
  }
  if (const Json* types = fields.find("layer_types")) {
    if (!types->is_array()) { fields.refuse("layer_types", "must be a list"); }
    const bool window_matters = fields.size("sliding_window", config.max_positions) < config.max_positions;
    for (const Json& type : types->as_array()) {
      if (!type.is_string()) { fields.refuse("layer_types", "must be a list of names"); }
      if (type.as_string() == "full_attention" ||
          (type.as_string() == "sliding_attention" && !window_matters)) {
        continue;
      }
      fields.refuse("layer_types", cat("has the type ", type.as_string(), ", which is not supported"));
    }
  } else if (fields.flag("use_sliding_window", false)) {
    const std::int64_t window = fields.size("sliding_window", config.max_positions);
    const Json* first = fields.find("max_window_layers");
    const bool some_layer = !first || !first->is_integer() || first->as_integer() < config.layers;
    if (some_layer && window < config.max_positions) {
      fields.refuse("use_sliding_window",
                    "is true with a window shorter than max_position_embeddings, which is not supported");
    }
  }
}

/// Two formats: rope_theta and rope_scaling as top-level fields, or both inside rope_parameters (transformers
/// 5).
void read_rope(const Fields& fields, const std::string& where, ModelConfig& config) {
  const Json* nested = fields.find("rope_parameters");
  const std::string_view name = nested ? "rope_parameters" : "rope_scaling";
  const Json* scaling = nested ? nested : fields.find("rope_scaling");
  config.rope_theta = fields.positive("rope_theta", 10000.0);
  if (!scaling) { return; }
  if (!scaling->is_object()) { fields.refuse(name, "must be an object or null"); }
  const std::string inside = cat(where, ": ", name);
  const Fields rope(*scaling, inside);
  config.rope_theta = rope.positive("rope_theta", config.rope_theta);
  config.rope_type = rope.text("rope_type", rope.text("type", "default"));
  if (rope.positive("partial_rotary_factor", 1.0) != 1.0) {
    rope.refuse("partial_rotary_factor", "is not 1, which is not supported");
  }
  if (config.rope_type == "default") { return; }
  std::vector<std::string_view> needed = {"factor"};
  if (config.rope_type == "llama3") {
    needed = {"factor", "low_freq_factor", "high_freq_factor", "original_max_position_embeddings"};
  } else if (config.rope_type == "yarn") {
    rope.positive("original_max_position_embeddings", 1.0);
    rope.flag("truncate", true);
    for (const char* optional : {"beta_fast", "beta_slow", "attention_factor", "mscale", "mscale_all_dim"}) {
      rope.positive(optional, 1.0);
    }
  } else if (config.rope_type != "linear") {
    rope.refuse("rope_type", cat("is '", config.rope_type,
                                 "', which is not supported; supported: default, linear, llama3, yarn"));
  }
  for (const std::string_view field : needed) {
    if (!rope.find(field)) { rope.refuse(field, "is missing"); }
    rope.positive(field, 1.0);
  }
  if (config.rope_type == "llama3" &&
      rope.positive("low_freq_factor", 1.0) >= rope.positive("high_freq_factor", 4.0)) {
    rope.refuse("low_freq_factor", "must be less than high_freq_factor");
  }
  config.rope_scaling = *scaling;
}

}  // namespace

std::vector<std::int64_t> token_ids(const Json& value, const std::string& where) {
  std::vector<std::int64_t> ids;
  if (value.is_null()) { return ids; }
  const auto add = [&](const Json& id) {
    if (!id.is_integer() || id.as_integer() < 0) {
      throw BadInput(cat(where, ": expected a token id or a list of them"));
    }
    ids.push_back(id.as_integer());
  };
  if (value.is_array()) {
    for (const Json& id : value.as_array()) { add(id); }
  } else {
    add(value);
  }
  return ids;
}

ModelConfig parse_config(const Json& json, const std::string& where) {
  const Fields fields(json, where);
  ModelConfig config;
  config.architecture = architecture_of(fields);
  const bool llama = config.architecture == "LlamaForCausalLM";
  config.vocab = fields.size("vocab_size");
  config.hidden = fields.size("hidden_size");
  config.layers = fields.size("num_hidden_layers");
  config.heads = fields.size("num_attention_heads");
  config.kv_heads = fields.size("num_key_value_heads", llama ? std::optional(config.heads) : std::nullopt);
  config.intermediate = fields.size("intermediate_size");
  config.max_positions = fields.size("max_position_embeddings");
  config.rms_eps = fields.positive("rms_norm_eps", 1e-6);
  config.tied_embeddings = fields.flag("tie_word_embeddings", false);
  config.qkv_bias = config.architecture == "Qwen2ForCausalLM";
  config.qk_norm = config.architecture == "Qwen3ForCausalLM";
  if (config.vocab > std::numeric_limits<std::int32_t>::max()) {
    fields.refuse("vocab_size", "is out of range");
  }
  if (config.heads % config.kv_heads != 0) {
    fields.refuse("num_key_value_heads", "must divide num_attention_heads");
  }
  if (fields.find("head_dim")) {
    config.head_dim = fields.size("head_dim");
  } else if (config.qk_norm) {
    config.head_dim = 128;
  } else {
    if (config.hidden % config.heads != 0) {
      fields.refuse("hidden_size", "must be a multiple of num_attention_heads");
    }
    config.head_dim = config.hidden / config.heads;
  }
  if (config.head_dim % 2 != 0) { fields.refuse("head_dim", "must be even for rotary positions"); }
  refuse_unsupported(fields, config);
  read_rope(fields, where, config);
  if (const Json* eos = fields.find("eos_token_id")) {
    config.eos_ids = token_ids(*eos, cat(where, ": field 'eos_token_id'"));
  }
  return config;
}

ModelConfig read_config(const text::FolderTexts& texts) {
  need_model_folder(texts.folder());
  return read_config(texts, saved_head_differs(texts.folder()));
}

ModelConfig read_config(const text::FolderTexts& texts, bool head_differs) {
  const std::filesystem::path path = texts.folder() / "config.json",
                              generation = texts.folder() / "generation_config.json";
  if (!texts.has("config.json")) {
    throw BadInput(
        cat(texts.folder().string(), " has no config.json: it is not a Hugging Face model folder"));
  }
  ModelConfig config = parse_config(texts.json("config.json"), path.string());
  if (texts.has("generation_config.json")) {
    const Json json = texts.json("generation_config.json");
    const Json* eos = json.find("eos_token_id");
    if (eos && !eos->is_null()) {
      config.eos_ids = token_ids(*eos, cat(generation.string(), ": field 'eos_token_id'"));
    }
  }
  if (config.tied_embeddings && head_differs) {  // transformers keeps both as well
    config.tied_embeddings = false;
    log_warning(cat(path.string(),
                    ": tie_word_embeddings is true, but the saved lm_head.weight differs from "
                    "model.embed_tokens.weight. The saved head is used and trained by itself. Set "
                    "tie_word_embeddings to false, or remove lm_head.weight if it is a leftover"));
  }
  return config;
}

}  // namespace srl::model
