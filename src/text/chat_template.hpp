#pragma once
// Chat layouts: how messages become one prompt text. Recognised from the model's own template, or chosen by `instance.layout`.
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

/// A layout as data. A message becomes before + role (where the role is written) + between + content + after.
struct LayoutRules {
  std::string begin;                          ///< before everything, e.g. <|begin_of_text|>
  std::string before_role, after_role;        ///< "<|im_start|>", "\n"; both empty = the role is not written
  std::string after_content;                  ///< "<|im_end|>\n"
  std::string generation;                     ///< opens the answer: "<|im_start|>assistant\n"
  std::string turn_end;                       ///< token that ends the assistant's turn; empty = none
  std::optional<std::string> default_system;  ///< system message put in front when the messages have none
  std::string system_preamble;                ///< begins the content of the first system message (Llama 3.1's dates)
  bool trim = false;                          ///< contents lose white space at both ends (Jinja's trim)
  bool qwen3_history = false;                 ///< assistant messages keep or lose their thoughts as in Qwen3's template
};

class Layout {
 public:
  /// name: auto (from chat_template in tokenizer_config.json or chat_template.jinja; plain when there is none), one of
  /// layout_names(), or the path of a layout file (docs/layouts.md). BadOption with the choices for an unknown name; BadInput
  /// with the choices for an unknown template.
  static Layout load(const std::filesystem::path& model_folder, const std::string& name);
  Layout(std::string name, LayoutRules rules);

  const std::string& name() const { return name_; }
  const LayoutRules& rules() const { return rules_; }
  /// Text up to and including the generation prompt ("<|im_start|>assistant\n"). BadInput for an unknown role.
  std::string prompt(const std::vector<Message>& messages) const;
  /// What ends the assistant's turn as text ("<|im_end|>"); empty for `plain`.
  const std::string& turn_end() const { return rules_.turn_end; }
  /// True when the generation prompt itself already opens <think>.
  bool opens_think() const { return opens_think_; }

 private:
  std::string name_;
  LayoutRules rules_;
  bool opens_think_ = false;
};

/// chatml, chatml_qwen, chatml_smollm, qwen3, qwen3_no_think, qwen3_thinking, llama3, llama3_1, plain
std::vector<std::string> layout_names();
/// The rules of a name of layout_names(); nothing for another word.
std::optional<LayoutRules> layout_rules(const std::string& name);
/// A layout file of the user's. BadInput naming file and field.
LayoutRules read_layout_file(const std::filesystem::path& file);

/// Ids that end an answer: eos_token_id(s) of generation_config.json and config.json, and the layout's turn end; sorted.
/// BadInput when the layout ends its turns with something that is not a token of this tokenizer.
std::vector<TokenId> stop_ids(const std::filesystem::path& model_folder, const Tokenizer& tokenizer, const Layout& layout);

}  // namespace srl::text
