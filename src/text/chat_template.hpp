#pragma once
// Chat layouts: how messages become one prompt text. Recognised from the model's own template, or chosen by
// `instance.chat_template`.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "text/tokenizer.hpp"

namespace srl::text {

struct Message {
  std::string role;  ///< system, user, assistant
  std::string content;
};

/// A chat_template as data. A message becomes before + role (where the role is written) + between + content +
/// after.
struct TemplateRules {
  std::string begin;                          ///< before everything, e.g. <|begin_of_text|>
  std::string before_role, after_role;        ///< "<|im_start|>", "\n"; both empty = the role is not written
  std::string after_content;                  ///< "<|im_end|>\n"
  std::string generation;                     ///< opens the answer: "<|im_start|>assistant\n"
  std::string turn_end;                       ///< token that ends the assistant's turn; empty = none
  std::optional<std::string> default_system;  ///< system message put in front when the messages have none
  std::string system_preamble;  ///< begins the content of the first system message (Llama 3.1's dates)
  bool trim = false;            ///< contents lose white space at both ends (Jinja's trim)
  bool qwen3_history = false;   ///< assistant messages keep or lose their thoughts as in Qwen3's template
};

class ChatTemplate {
 public:
  /// name: auto (from chat_template in tokenizer_config.json or chat_template.jinja; plain when there is
  /// none), one of chat_template_names(), or the path of a chat_template file (docs/chat-templates.md).
  /// BadOption with the choices for an unknown name; BadInput with the choices for an unknown template.
  static ChatTemplate load(const std::filesystem::path& model_folder, const std::string& name);
  ChatTemplate(std::string name, TemplateRules rules);

  const std::string& name() const { return name_; }
  const TemplateRules& rules() const { return rules_; }
  /// Text up to and including the generation prompt ("<|im_start|>assistant\n"). BadInput for an unknown
  /// role.
  std::string prompt(const std::vector<Message>& messages) const;
  /// What ends the assistant's turn as text ("<|im_end|>"); empty for `plain`.
  const std::string& turn_end() const { return rules_.turn_end; }
  /// True when the generation prompt itself already opens <think>.
  bool opens_think() const { return opens_think_; }

 private:
  std::string name_;
  TemplateRules rules_;
  bool opens_think_ = false;
};

/// chatml, chatml_qwen, chatml_smollm, qwen3, qwen3_no_think, qwen3_thinking, llama3, llama3_1, plain
std::vector<std::string> chat_template_names();
/// The rules of a name of chat_template_names(); nothing for another word.
std::optional<TemplateRules> template_rules(const std::string& name);
/// A chat_template file of the user's. BadInput naming file and field.
TemplateRules read_template_file(const std::filesystem::path& file);

/// Ids that end an answer: eos_token_id(s) of generation_config.json and config.json, and the chat_template's
/// turn end; sorted. BadInput when the chat_template ends its turns with something that is not a token of
/// this tokenizer.
std::vector<TokenId> stop_ids(const std::filesystem::path& model_folder, const Tokenizer& tokenizer,
                              const ChatTemplate& chat_template);

}  // namespace srl::text
