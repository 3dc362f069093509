#pragma once
// Chat layouts: how messages become one prompt text. Recognised from the model's own template, or chosen by `instance.layout`.
#include <filesystem>
#include <string>
#include <vector>

#include "text/tokenizer.hpp"

namespace srl::text {

struct Message {
  std::string role;  ///< system, user, assistant
  std::string content;
};

class Layout {
 public:
  /// name: auto (from chat_template in tokenizer_config.json or chat_template.jinja), chatml_qwen, chatml_smollm, qwen3, llama3, plain.
  /// BadOption with the choices for an unknown name; BadInput with the choices for an unknown template.
  static Layout load(const std::filesystem::path& model_folder, const std::string& name);
  const std::string& name() const { return name_; }
  /// Text up to and including the generation prompt ("<|im_start|>assistant\n").
  std::string prompt(const std::vector<Message>& messages) const;
  /// What ends the assistant's turn as text ("<|im_end|>"); empty for `plain`.
  const std::string& turn_end() const { return turn_end_; }
  /// True when the generation prompt itself already opens <think>.
  bool opens_think() const { return opens_think_; }

 private:
  std::string name_, turn_end_;
  bool opens_think_ = false;
};

/// Ids that end an answer: eos_token_id(s) of generation_config.json and config.json, and the layout's turn end.
std::vector<TokenId> stop_ids(const std::filesystem::path& model_folder, const Tokenizer& tokenizer, const Layout& layout);

}  // namespace srl::text
