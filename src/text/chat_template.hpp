#pragma once
// Chat templates: how messages become one prompt text. The template is recognised from the model's own one,
// or chosen with `instance.chat_template`.
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

/// A chat template as data. A message becomes before_role + role + after_role + content + after_content.
struct TemplateRules {
  std::string begin;                          ///< before everything, e.g. <|begin_of_text|>
  std::string before_role, after_role;        ///< "<|im_start|>", "\n"; both empty = the role is not written
  std::string after_content;                  ///< "<|im_end|>\n"
  std::string generation;                     ///< opens the completion: "<|im_start|>assistant\n"
  std::string turn_end;                       ///< token that ends the assistant's turn; empty = none
  std::optional<std::string> default_system;  ///< system message that is added if the messages have none
  std::string system_preamble;  ///< start of the first system message's content (Llama 3.1's dates)
  bool trim = false;            ///< white space at both ends of contents is removed (Jinja's trim)
  bool qwen3_history = false;   ///< assistant messages keep or drop their thoughts as in Qwen3's template
};

class ChatTemplate {
 public:
  /// name: auto (recognises chat_template in tokenizer_config.json or chat_template.jinja; plain if there is
  /// none), one of chat_template_names(), or the path of a chat template file (docs/chat-templates.md).
  /// Throws BadOption for an unknown name and BadInput for an unknown template, both with the possible
  /// values.
  static ChatTemplate load(const FolderTexts& model_folder, const std::string& name);
  /// The file that load() reads beside the model folder: the user's chat template. Empty if `name` is not a
  /// file.
  static std::string file_of(const std::string& name);
  ChatTemplate(std::string name, TemplateRules rules);

  const std::string& name() const { return name_; }
  const TemplateRules& rules() const { return rules_; }
  /// The prompt text, including the generation prompt ("<|im_start|>assistant\n"). Throws BadInput for an
  /// unknown role.
  std::string prompt(const std::vector<Message>& messages) const;
  /// The text that ends the assistant's turn ("<|im_end|>"). Empty for `plain`.
  const std::string& turn_end() const { return rules_.turn_end; }
  /// Whether the generation prompt itself opens <think>.
  bool opens_think() const { return opens_think_; }

 private:
  std::string name_;
  TemplateRules rules_;
  bool opens_think_ = false;
};

/// chatml, chatml_qwen, chatml_smollm, qwen3, qwen3_no_think, qwen3_thinking, llama3, llama3_1, plain
std::vector<std::string> chat_template_names();
/// The rules of a name in chat_template_names(), or nothing for another name.
std::optional<TemplateRules> template_rules(const std::string& name);
/// The user's chat template from the content of its file. Throws BadInput with file and field.
TemplateRules parse_template_file(const std::string& content, const std::filesystem::path& file);

/// Token ids that end a completion, sorted: eos_token_id(s) of generation_config.json and config.json, and
/// the chat template's turn end. Throws BadInput if the turn end is not a token of this tokenizer.
std::vector<TokenId> stop_ids(const FolderTexts& model_folder, const Tokenizer& tokenizer,
                              const ChatTemplate& chat_template);

}  // namespace srl::text
