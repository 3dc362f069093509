#pragma once
// A temporary Hugging Face folder of a tiny model.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::model {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    static std::atomic<int> counter = 0;
    path_ = std::filesystem::temp_directory_path() / cat("srl_model_test_", ::getpid(), "_", counter++);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

/// config.json of a tiny model of each architecture: "llama", "qwen2", "qwen3".
inline Json tiny_config(const std::string& type) {
  Json config = Json::object();
  const std::string name = type == "llama" ? "Llama" : type == "qwen2" ? "Qwen2" : "Qwen3";
  config["architectures"] = Json(std::vector<std::string>{name + "ForCausalLM"});
  config["model_type"] = type;
  config["vocab_size"] = 37;
  config["hidden_size"] = 16;
  config["num_hidden_layers"] = 2;
  config["num_attention_heads"] = 4;
  config["num_key_value_heads"] = 2;
  config["intermediate_size"] = 24;
  config["max_position_embeddings"] = 128;
  config["rms_norm_eps"] = 1e-5;
  config["rope_theta"] = 10000.0;
  config["hidden_act"] = "silu";
  config["tie_word_embeddings"] = type != "qwen2";
  config["torch_dtype"] = "float32";
  if (type == "qwen3") { config["head_dim"] = 6; }
  return config;
}

}  // namespace srl::model
