#include "model/model_folder.hpp"

#include <utility>

#include "base/blob.hpp"
#include "base/foreign_file.hpp"
#include "model/files/saved_head.hpp"

namespace srl::model {
namespace {

constexpr std::uint64_t blob_mark = 0x7265646c6f46726c;

/// `config` was read first, so that an unsupported architecture is named as such.
ModelFolder opened(const text::FolderTexts& texts, ModelConfig config, const std::string& chat_template) {
  text::Tokenizer tokenizer = text::Tokenizer::load(texts);
  text::ChatTemplate chat = text::ChatTemplate::load(texts, chat_template);
  std::vector<text::TokenId> stop_ids = text::stop_ids(texts, tokenizer, chat);
  return {.path = texts.folder(),
          .config = std::move(config),
          .tokenizer = std::move(tokenizer),
          .chat_template = std::move(chat),
          .stop_ids = std::move(stop_ids)};
}

}  // namespace

ModelFolder open_model_folder(const std::filesystem::path& path, const std::string& chat_template) {
  return opened(path, read_config(path), chat_template);
}

std::string read_model_folder(const std::filesystem::path& path, const std::string& chat_template,
                              const std::function<void()>& tick) {
  need_model_folder(path);
  BlobWriter blob(blob_mark);
  blob.value(saved_head_differs(path, tick));
  blob.text(text::FolderTexts::packed(path, text::ChatTemplate::file_of(chat_template)));
  return blob.take();
}

ModelFolder open_model_folder(const std::filesystem::path& path, const std::string& chat_template,
                              const std::string& read) {
  BlobReader blob(read, blob_mark, path.string());
  const bool head_differs = blob.value<bool>();
  const text::FolderTexts texts(path, blob.text());
  return opened(texts, read_config(texts, head_differs), chat_template);
}

Parameters load_parameters(const ModelFolder& folder, Dtype dtype, const std::function<void()>& tick) {
  return load_parameters(folder.path, folder.config, dtype, tick);
}

}  // namespace srl::model
