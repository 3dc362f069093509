#include "text/chat_template.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"
#include "text/chat/template_recognition.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {
namespace {

namespace fs = std::filesystem;

std::string strip_newlines(std::string_view text, bool left, bool right) {
  while (left && !text.empty() && text.front() == '\n') { text.remove_prefix(1); }
  while (right && !text.empty() && text.back() == '\n') { text.remove_suffix(1); }
  return std::string(text);
}

/// An assistant message as Qwen3's template writes it. Thoughts before the last user message are dropped.
/// Thoughts after it are kept in a <think> block. The last message has this block even if it is empty.
std::string qwen3_assistant(const std::string& message, bool after_last_user, bool last) {
  std::string content = message, thought;
  constexpr std::string_view open = "<think>", close = "</think>";
  if (const std::size_t first = message.find(close); first != std::string::npos) {
    content =
        strip_newlines(std::string_view(message).substr(message.rfind(close) + close.size()), true, false);
    thought = strip_newlines(std::string_view(message).substr(0, first), false, true);
    if (const std::size_t begin = thought.rfind(open); begin != std::string::npos) {
      thought.erase(0, begin + open.size());
    }
    thought = strip_newlines(thought, true, false);
  }
  if (!after_last_user || !(last || !thought.empty())) { return content; }
  return cat("<think>\n", strip_newlines(thought, true, true), "\n</think>\n\n",
             strip_newlines(content, true, false));
}

/// Index of the last user message that is not a tool's reply, as in Qwen3's template.
std::size_t last_user(const std::vector<Message>& messages) {
  for (std::size_t i = messages.size(); i-- > 0;) {
    if (messages[i].role == "user" && !(messages[i].content.starts_with("<tool_response>") &&
                                        messages[i].content.ends_with("</tool_response>"))) {
      return i;
    }
  }
  return messages.empty() ? 0 : messages.size() - 1;
}

std::optional<std::string> read_template(const FolderTexts& folder) {
  if (folder.has("chat_template.jinja")) { return folder.text("chat_template.jinja"); }
  if (!folder.has("tokenizer_config.json")) { return std::nullopt; }
  const fs::path config_file = folder.folder() / "tokenizer_config.json";
  const Json config = folder.json("tokenizer_config.json");
  const Json* value = config.find("chat_template");
  if (!value || value->is_null()) { return std::nullopt; }
  if (value->is_string()) { return value->as_string(); }
  if (value->is_array()) {
    for (const Json& entry : value->as_array()) {
      if (const Json* name = entry.find("name"); name && *name == Json("default")) {
        return entry.at("template").as_string();
      }
    }
  }
  throw BadInput(cat(config_file.string(),
                     ": chat_template is neither a string nor a list with a \"default\" template"));
}

std::string choices() {
  return cat("auto, ", join(chat_template_names(), ", "), " or the path of a chat template file");
}

/// The token that the model's tokenizer puts before every text. A plain prompt of a base model needs it too.
std::string begin_text_of(const FolderTexts& folder) {
  return folder.has("tokenizer.json") ? read_tokenizer_json(folder).begin_token : "";
}

}  // namespace

ChatTemplate::ChatTemplate(std::string name, TemplateRules rules)
    : name_(std::move(name)), rules_(std::move(rules)) {
  const std::string_view tail = python_strip(std::string_view(rules_.generation));
  opens_think_ = tail.ends_with("<think>");
}

std::string ChatTemplate::file_of(const std::string& name) {
  return name.find('/') != std::string::npos || name.ends_with(".json") ? name : "";
}

ChatTemplate ChatTemplate::load(const FolderTexts& model_folder, const std::string& name) {
  if (name != "auto") {
    if (auto rules = template_rules(name)) {
      if (name == "plain") { rules->begin = begin_text_of(model_folder); }
      return ChatTemplate(name, *rules);
    }
    if (const std::string file = file_of(name); !file.empty()) {
      return ChatTemplate(name, parse_template_file(model_folder.other(file), file));
    }
    throw BadOption(cat("instance.chat_template = ", name, " is unknown; set it to one of: ", choices()));
  }
  const auto source = read_template(model_folder);
  if (!source) { return load(model_folder, "plain"); }
  auto known = recognise_template(*source);
  if (!known) {
    throw BadInput(cat(
        model_folder.folder().string(),
        ": this program does not know its chat template; set instance.chat_template to one of: ", choices()));
  }
  return ChatTemplate(known->name, known->rules);
}

std::string ChatTemplate::prompt(const std::vector<Message>& messages) const {
  std::string text = rules_.begin;
  const auto add = [&](std::string_view role, std::string_view content) {
    if (!rules_.before_role.empty() || !rules_.after_role.empty()) {
      text += cat(rules_.before_role, role, rules_.after_role);
    }
    text += content;
    text += rules_.after_content;
  };
  const bool has_system = !messages.empty() && messages.front().role == "system";
  if (!has_system && rules_.default_system) {
    add("system", rules_.system_preamble + *rules_.default_system);
  }
  const std::size_t user = last_user(messages);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const Message& message = messages[i];
    if (message.role != "system" && message.role != "user" && message.role != "assistant") {
      throw BadInput(
          cat("chat template ", name_, ": role \"", message.role, "\" is not system, user or assistant"));
    }
    std::string content = message.content;
    if (rules_.trim) { content = std::string(python_strip(std::string_view(content))); }
    if (i == 0 && has_system) { content = rules_.system_preamble + content; }
    if (rules_.qwen3_history && message.role == "assistant") {
      content = qwen3_assistant(content, i > user, i + 1 == messages.size());
    }
    add(message.role, content);
  }
  return text + rules_.generation;
}

std::vector<TokenId> stop_ids(const FolderTexts& model_folder, const Tokenizer& tokenizer,
                              const ChatTemplate& chat_template) {
  std::vector<TokenId> ids;
  for (const char* name : {"generation_config.json", "config.json"}) {
    if (!model_folder.has(name)) { continue; }
    const fs::path file = model_folder.folder() / name;
    const Json config = model_folder.json(name);
    const Json* value = config.find("eos_token_id");
    if (!value || value->is_null()) { continue; }
    const Json::Array list = value->is_array() ? value->as_array() : Json::Array{*value};
    for (const Json& id : list) {
      if (!id.is_integer() || id.as_integer() < 0 || id.as_integer() > 0x7FFFFFFF) {
        throw BadInput(
            cat(file.string(), ": eos_token_id = ", value->dump(), " is not an id or a list of ids"));
      }
      ids.push_back(id.as_integer());
    }
  }
  if (!chat_template.turn_end().empty()) {
    const auto id = tokenizer.id_of(chat_template.turn_end());
    if (!id) {
      throw BadInput(cat(model_folder.folder().string(), ": chat template ", chat_template.name(),
                         " ends a turn with ", chat_template.turn_end(),
                         ", which is not a token of this tokenizer; set another instance.chat_template"));
    }
    ids.push_back(*id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

}  // namespace srl::text
