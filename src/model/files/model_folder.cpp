#include "model/model_folder.hpp"

#include <utility>

namespace srl::model {

ModelFolder open_model_folder(const std::filesystem::path& path, const std::string& chat_template) {
  ModelConfig config = read_config(path);  // first, so that an unsupported architecture is named as such
  text::Tokenizer tokenizer = text::Tokenizer::load(path);
  text::ChatTemplate chat = text::ChatTemplate::load(path, chat_template);
  std::vector<text::TokenId> stop_ids = text::stop_ids(path, tokenizer, chat);
  return {.path = path,
          .config = std::move(config),
          .tokenizer = std::move(tokenizer),
          .chat_template = std::move(chat),
          .stop_ids = std::move(stop_ids)};
}

Parameters load_parameters(const ModelFolder& folder, Dtype dtype) {
  return load_parameters(folder.path, folder.config, dtype);
}

}  // namespace srl::model
