// Import of a GGUF file as a Hugging Face folder. Reverses the names and the permutation of llama.cpp's
// convert_hf_to_gguf.py.
#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "model/files/dtype.hpp"
#include "model/files/export.hpp"
#include "model/files/tensors.hpp"
#include "model/gguf.hpp"
#include "model/parameters.hpp"
#include "text/gguf_tokenizer.hpp"

namespace srl::model {
namespace {

std::string architecture_of(const GgufFile& file, std::string& model_type) {
  model_type = file.text("general.architecture", "");
  if (model_type == "llama") { return "LlamaForCausalLM"; }
  if (model_type == "qwen2") { return "Qwen2ForCausalLM"; }
  if (model_type == "qwen3") { return "Qwen3ForCausalLM"; }
  throw BadInput(cat(file.path().string(), ": architecture '", model_type,
                     "' is not supported; supported: llama, qwen2, qwen3"));
}

Json rope_scaling_of(const GgufFile& file, const std::string& prefix) {
  const std::string kind = file.text(prefix + "rope.scaling.type", "none");
  if (kind == "none") { return Json(); }
  if (kind != "linear" && kind != "yarn") {
    throw BadInput(cat(file.path().string(), ": rope scaling '", kind, "' is not supported"));
  }
  Json scaling = Json::object();
  scaling["rope_type"] = kind;
  scaling["factor"] = file.number(prefix + "rope.scaling.factor", 1.0);
  const std::string original = prefix + "rope.scaling.original_context_length";
  if (kind == "yarn") { scaling["original_max_position_embeddings"] = file.integer(original); }
  return scaling;
}

// Ends of a turn or message end a completion as well, as in llama.cpp: eos_token_id becomes a list.
void add_end_ids(const GgufFile& file, Json& config) {
  Json::Array ids;
  for (const char* role : {"eos", "eot", "eom"}) {
    const std::string key = cat("tokenizer.ggml.", role, "_token_id");
    if (!file.find(key)) { continue; }
    const std::int64_t id = file.integer(key);
    const bool known =
        std::any_of(ids.begin(), ids.end(), [&](const Json& other) { return other.as_integer() == id; });
    if (!known && id >= 0) { ids.push_back(Json(id)); }
  }
  if (ids.size() > 1) { config["eos_token_id"] = Json(std::move(ids)); }
}

Json config_of(const GgufFile& file) {
  std::string type;
  const std::string architecture = architecture_of(file, type), prefix = type + ".";
  const GgufTensor* embedding = file.tensor("token_embd.weight");
  if (!embedding || embedding->shape.size() != 2) {
    throw BadInput(cat(file.path().string(), ": tensor 'token_embd.weight' is missing"));
  }
  if (file.integer(prefix + "expert_count", 0) > 0) {
    throw BadInput(
        cat(file.path().string(),
            ": mixtures of experts are not supported; supported: llama, qwen2, qwen3 without experts"));
  }
  if (file.tensor("rope_freqs.weight")) {
    throw BadInput(cat(
        file.path().string(),
        ": rope frequencies stored as a tensor (Llama 3.1) are not supported; import the safetensors model"));
  }
  Json config = Json::object();
  config["architectures"] = Json(std::vector<std::string>{architecture});
  config["model_type"] = type;
  config["vocab_size"] = embedding->shape[0];
  config["hidden_size"] = file.integer(prefix + "embedding_length");
  config["intermediate_size"] = file.integer(prefix + "feed_forward_length");
  config["num_hidden_layers"] = file.integer(prefix + "block_count");
  const std::int64_t heads = file.integer(prefix + "attention.head_count");
  config["num_attention_heads"] = heads;
  config["num_key_value_heads"] = file.integer(prefix + "attention.head_count_kv", heads);
  const std::int64_t hidden = file.integer(prefix + "embedding_length");
  if (heads > 0 && (file.find(prefix + "attention.key_length") || hidden % heads == 0)) {
    config["head_dim"] = file.integer(prefix + "attention.key_length", hidden / heads);  // as llama.cpp
  }
  config["max_position_embeddings"] = file.integer(prefix + "context_length");
  config["rms_norm_eps"] = file.number(prefix + "attention.layer_norm_rms_epsilon", 1e-6);
  config["rope_theta"] = file.number(prefix + "rope.freq_base", 10000.0);
  config["rope_scaling"] = rope_scaling_of(file, prefix);
  config["hidden_act"] = "silu";
  config["attention_bias"] = type == "qwen2";
  config["tie_word_embeddings"] = file.tensor("output.weight") == nullptr;
  config["torch_dtype"] = config_name(Dtype::fp32);
  if (type == "qwen2") { config["use_sliding_window"] = false; }
  for (const char* role : {"bos", "eos", "pad"}) {
    const std::string key =
        cat("tokenizer.ggml.", std::string_view(role) == "pad" ? "padding" : role, "_token_id");
    if (file.find(key)) { config[cat(role, "_token_id")] = file.integer(key); }
  }
  add_end_ids(file, config);
  return config;
}

/// "model.layers.3.mlp.up_proj.weight" → "blk.3.ffn_up.weight".
std::string gguf_name(const std::string& name) {
  if (name == "model.embed_tokens.weight") { return "token_embd.weight"; }
  if (name == "model.norm.weight") { return "output_norm.weight"; }
  if (name == "lm_head.weight") { return "output.weight"; }
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> parts = {
      {{"input_layernorm", "attn_norm"},
       {"post_attention_layernorm", "ffn_norm"},
       {"self_attn.q_proj", "attn_q"},
       {"self_attn.k_proj", "attn_k"},
       {"self_attn.v_proj", "attn_v"},
       {"self_attn.o_proj", "attn_output"},
       {"self_attn.q_norm", "attn_q_norm"},
       {"self_attn.k_norm", "attn_k_norm"},
       {"mlp.gate_proj", "ffn_gate"},
       {"mlp.up_proj", "ffn_up"},
       {"mlp.down_proj", "ffn_down"}}};
  const std::size_t layer = std::string_view("model.layers.").size(), dot = name.find('.', layer),
                    last = name.rfind('.');
  const std::string_view middle = std::string_view(name).substr(dot + 1, last - dot - 1);
  for (const auto& [ours, theirs] : parts) {
    if (middle == ours) {
      return cat("blk.", name.substr(layer, dot - layer), ".", theirs, name.substr(last));
    }
  }
  throw Bug(cat("no GGUF name for ", name));
}

void read_weights(const GgufFile& file, Parameters& parameters) {
  const ModelConfig& config = parameters.config();
  const bool permuted = config.architecture == "LlamaForCausalLM";
  std::set<std::string> used;
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    const ParameterInfo& info = parameters.layout()[i];
    const std::string name = gguf_name(info.name);
    const GgufTensor* tensor = file.tensor(name);
    if (!tensor) { throw BadInput(cat(file.path().string(), ": tensor '", name, "' is missing")); }
    if (tensor->shape != info.shape) {
      throw BadInput(cat(file.path().string(), ": tensor '", name, "' has shape ", shape_text(tensor->shape),
                         ", but by the metadata it must be ", shape_text(info.shape)));
    }
    used.insert(name);
    at::Tensor view = parameters.view(i);
    dequantize(tensor->type, tensor->bytes.data(), tensor->count, view.data_ptr<float>());
    if (permuted && (name.ends_with("attn_q.weight") || name.ends_with("attn_k.weight"))) {
      // GGUF stores the two numbers of a rotary pair in adjacent rows, Hugging Face half a head apart.
      const std::int64_t heads = info.shape[0] / config.head_dim;
      view.copy_(
          view.view({heads, config.head_dim / 2, 2, config.hidden}).transpose(1, 2).reshape(info.shape));
    }
  }
  for (const GgufTensor& tensor : file.tensors()) {
    if (!used.contains(tensor.name)) {
      throw BadInput(
          cat(file.path().string(), ": tensor '", tensor.name, "' is not supported for this architecture"));
    }
  }
}

std::vector<std::string> texts_of(const GgufFile& file, std::string_view key) {
  std::vector<std::string> texts;
  for (const Json& each : file.at(key).as_array()) { texts.push_back(each.as_string()); }
  return texts;
}

text::GgufTokenizer tokenizer_of(const GgufFile& file) {
  const std::string model = file.text("tokenizer.ggml.model", "");
  if (model != "gpt2") {
    throw BadInput(cat(file.path().string(), ": tokenizer '", model,
                       "' is not supported; supported: gpt2 (byte-level BPE)"));
  }
  text::GgufTokenizer tokenizer;
  tokenizer.tokens = texts_of(file, "tokenizer.ggml.tokens");
  tokenizer.merges = texts_of(file, "tokenizer.ggml.merges");
  if (const Json* types = file.find("tokenizer.ggml.token_type")) {
    for (const Json& type : types->as_array()) {
      tokenizer.token_types.push_back(static_cast<int>(type.as_integer()));
    }
  }
  tokenizer.pre = file.text("tokenizer.ggml.pre", "");
  tokenizer.chat_template = file.text("tokenizer.chat_template", "");
  tokenizer.bos = file.integer("tokenizer.ggml.bos_token_id", -1);
  tokenizer.eos = file.integer("tokenizer.ggml.eos_token_id", -1);
  tokenizer.unknown = file.integer("tokenizer.ggml.unknown_token_id", -1);
  tokenizer.padding = file.integer("tokenizer.ggml.padding_token_id", -1);
  return tokenizer;
}

}  // namespace

void import_gguf(const std::filesystem::path& file_path, const std::filesystem::path& target_folder) {
  if (!std::filesystem::is_regular_file(file_path)) {
    throw BadInput(cat("GGUF file ", file_path.string(), " does not exist"));
  }
  const GgufFile file(file_path);
  const Json config = config_of(file);
  Parameters parameters(parse_config(config, file_path.string()), Dtype::fp32);
  read_weights(file, parameters);
  NewFolder folder(target_folder);
  text::write_tokenizer_files(tokenizer_of(file), folder.path());
  write_file_atomically(folder.path() / "config.json", config.dump(2) + "\n");
  Json generation = Json::object();
  for (const char* key : {"bos_token_id", "eos_token_id", "pad_token_id"}) {
    if (const Json* id = config.find(key)) { generation[key] = *id; }
  }
  write_file_atomically(folder.path() / "generation_config.json", generation.dump(2) + "\n");
  write_parameters(parameters, folder.path() / "model.safetensors", Dtype::fp32);
  folder.finish();
}

}  // namespace srl::model
