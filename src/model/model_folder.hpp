#pragma once
// A Hugging Face model folder, opened once: everything except the weights. Jobs read it first, use it for
// prompts and ids, and pass it to load_parameters.
#include <filesystem>
#include <functional>
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

/// The same in two parts, so that one process reads for many: what read_model_folder returns is enough to
/// open the folder without reading a file. `tick` is called between pieces.
std::string read_model_folder(const std::filesystem::path& path, const std::string& chat_template,
                              const std::function<void()>& tick = {});
ModelFolder open_model_folder(const std::filesystem::path& path, const std::string& chat_template,
                              const std::string& read);

/// The folder's weights. `tick` is called between pieces.
Parameters load_parameters(const ModelFolder& folder, Dtype dtype, const std::function<void()>& tick = {});

}  // namespace srl::model
