#pragma once
// A Hugging Face model folder, opened once: everything except the weights. Jobs read it first, use it for
// prompts and ids, and pass it to load_parameters.
#include <filesystem>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "model/parameters.hpp"
#include "text/chat_template.hpp"
#include "text/tokenizer.hpp"

namespace srl::model {

struct ModelFolder {
  std::filesystem::path path;
  ModelConfig config;
  text::Tokenizer tokenizer;
  text::ChatTemplate chat_template;
  std::vector<text::TokenId> stop_ids;  ///< tokens that end a completion (text::stop_ids); may be empty

  /// Longest prompt that leaves a position for one new token.
  std::int64_t longest_prompt() const { return config.max_positions - 1; }
};

/// `chat_template`: auto, a template's name, or a file (text::ChatTemplate::load). BadInput naming the file
/// and what in it is missing or not supported, BadOption for an unknown template.
ModelFolder open_model_folder(const std::filesystem::path& path, const std::string& chat_template);

/// The folder's weights.
Parameters load_parameters(const ModelFolder& folder, Dtype dtype);

}  // namespace srl::model
