// Reads the older form of a tokenizer: vocab.json, merges.txt and tokenizer_config.json. Also adds the tokens
// that tokenizer_config.json lists.
#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void bad(const fs::path& file, const std::string& what) {
  throw BadInput(cat(file.string(), ": ", what));
}

TokenId token_id(const fs::path& file, std::int64_t id, std::string_view token) {
  if (id < 0 || id >= (1 << 24)) { bad(file, cat("id ", id, " of ", token, " is out of range")); }
  return id;
}

/// The content of a token that is given as a string or as an object with "content". Empty if null.
std::string content_of(const fs::path& file, std::string_view key, const Json& value) {
  if (value.is_null()) { return ""; }
  if (value.is_string()) { return value.as_string(); }
  const Json* content = value.find("content");
  if (!content || !content->is_string()) {
    bad(file, cat("\"", key, "\" is neither a string nor an object with \"content\""));
  }
  return content->as_string();
}

/// The named special tokens of tokenizer_config.json or special_tokens_map.json.
std::vector<std::string> named_tokens(const fs::path& file, const Json& config) {
  std::vector<std::string> tokens;
  for (const char* key :
       {"bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"}) {
    if (const Json* value = config.find(key)) {
      if (std::string token = content_of(file, key, *value); !token.empty()) {
        tokens.push_back(std::move(token));
      }
    }
  }
  for (const char* key : {"additional_special_tokens", "extra_special_tokens"}) {
    if (const Json* list = config.find(key); list && list->is_array()) {
      for (const Json& value : list->as_array()) { tokens.push_back(content_of(file, key, value)); }
    }
  }
  return tokens;
}

bool flag(const fs::path& file, const Json& entry, std::string_view key, bool absent) {
  const Json* value = entry.find(key);
  if (!value) { return absent; }
  if (!value->is_bool()) { bad(file, cat("added_tokens_decoder: \"", key, "\" is not true or false")); }
  return value->as_bool();
}

std::vector<AddedToken> added_tokens_decoder(const fs::path& file, const Json& config) {
  std::vector<AddedToken> tokens;
  const Json* decoder = config.find("added_tokens_decoder");
  if (!decoder) { return tokens; }
  if (!decoder->is_object()) { bad(file, "\"added_tokens_decoder\" is not an object"); }
  for (const auto& [key, entry] : decoder->as_object()) {
    std::int64_t id = -1;
    const auto [rest, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || rest != key.data() + key.size()) {
      bad(file, cat("added_tokens_decoder: \"", key, "\" is not an id"));
    }
    AddedToken token;
    token.content = content_of(file, key, entry);
    token.id = token_id(file, id, token.content);
    token.special = flag(file, entry, "special", false);
    token.normalized = flag(file, entry, "normalized", !token.special);
    token.lstrip = flag(file, entry, "lstrip", false);
    token.rstrip = flag(file, entry, "rstrip", false);
    token.single_word = flag(file, entry, "single_word", false);
    tokens.push_back(std::move(token));
  }
  return tokens;
}

/// Adds the vocabulary's tokens that a configuration names as special and that are not in a list of added
/// tokens.
void add_named_tokens(TokenizerFiles& files, const std::vector<std::string>& names) {
  std::unordered_set<std::string_view> wanted(names.begin(), names.end());
  for (const AddedToken& token : files.added) { wanted.erase(token.content); }
  if (wanted.empty()) { return; }
  std::vector<AddedToken> found;
  for (const auto& [token, id] : files.vocabulary) {
    if (wanted.contains(token)) {
      AddedToken added;
      added.id = id;
      added.content = token;
      added.special = true;
      found.push_back(std::move(added));
    }
  }
  files.added.insert(files.added.end(), found.begin(), found.end());
}

/// Calls each(token, id) for a file that is an object of token: id.
template <class Each>
void each_token_of(const FolderTexts& folder, const std::string& name, const Each& each) {
  const fs::path file = folder.folder() / name;
  const Json tokens = folder.json(name);
  if (!tokens.is_object()) { bad(file, "is not an object of token: id"); }
  for (const auto& [token, id] : tokens.as_object()) {
    if (!id.is_integer()) { bad(file, cat("the id of ", token, " is not an integer")); }
    each(token, token_id(file, id.as_integer(), token));
  }
}

/// Sets the pattern and the normalisation that belong to tokenizer_class.
void set_class(const fs::path& config_file, const Json& config, TokenizerFiles& files) {
  const Json* class_value = config.find("tokenizer_class");
  const std::string name = class_value && class_value->is_string() ? class_value->as_string() : "";
  if (name == "Qwen2Tokenizer" || name == "Qwen2TokenizerFast") {
    files.pattern = Pattern::qwen2;
    files.nfc = true;
  } else if (name == "GPT2Tokenizer" || name == "GPT2TokenizerFast") {
    files.pattern = Pattern::gpt2;
  } else {
    bad(config_file,
        cat("tokenizer_class \"", name,
            "\" is not supported without tokenizer.json (known: Qwen2Tokenizer, GPT2Tokenizer)"));
  }
  for (const char* key : {"add_prefix_space", "add_bos_token", "split_special_tokens"}) {
    if (const Json* value = config.find(key); value && *value == Json(true)) {
      bad(config_file, cat(key, " = true is not supported"));
    }
  }
}

void read_merges(const FolderTexts& folder, TokenizerFiles& files) {
  const fs::path file = folder.folder() / "merges.txt";
  const std::string text = folder.text("merges.txt");
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) { end = text.size(); }
    std::string_view line(text.data() + begin, end - begin);
    begin = end + 1;
    ++number;
    if (!line.empty() && line.back() == '\r') { line.remove_suffix(1); }
    if (line.empty() || (number == 1 && line.starts_with("#version"))) { continue; }
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || blank == 0 || blank + 1 == line.size() ||
        line.find(' ', blank + 1) != std::string_view::npos) {
      bad(file, cat("line ", number, " is not a pair of tokens"));
    }
    files.merges.emplace_back(line.substr(0, blank), line.substr(blank + 1));
  }
}

}  // namespace

void add_configured_tokens(TokenizerFiles& files, const fs::path& config_file, const Json& config) {
  if (!config.is_object()) { bad(config_file, "is not an object"); }
  std::unordered_set<std::string> known;
  for (const AddedToken& token : files.added) { known.insert(token.content); }
  for (AddedToken& token : added_tokens_decoder(config_file, config)) {
    if (known.insert(token.content).second) { files.added.push_back(std::move(token)); }
  }
  add_named_tokens(files, named_tokens(config_file, config));
}

TokenizerFiles read_vocabulary_and_merges(const FolderTexts& folder) {
  TokenizerFiles files;
  files.file = folder.folder() / "vocab.json";
  const fs::path config_file = folder.folder() / "tokenizer_config.json";
  if (!folder.has("tokenizer_config.json")) {
    bad(config_file,
        "is missing: without tokenizer.json, its tokenizer_class is needed to know the pre-tokenizer");
  }
  const Json config = folder.json("tokenizer_config.json");
  set_class(config_file, config, files);
  each_token_of(folder, "vocab.json",
                [&](const std::string& token, TokenId id) { files.vocabulary.emplace_back(token, id); });
  read_merges(folder, files);

  std::vector<std::string> named = named_tokens(config_file, config);
  if (folder.has("special_tokens_map.json")) {
    const fs::path map_file = folder.folder() / "special_tokens_map.json";
    for (std::string& token : named_tokens(map_file, folder.json("special_tokens_map.json"))) {
      named.push_back(std::move(token));
    }
  }
  named.push_back("<|endoftext|>");  // the default eos_token of both classes
  if (!config.find("added_tokens_decoder") && folder.has("added_tokens.json")) {
    each_token_of(folder, "added_tokens.json", [&](const std::string& content, TokenId id) {
      AddedToken token;
      token.id = id;
      token.content = content;
      token.special = std::find(named.begin(), named.end(), content) != named.end();
      token.normalized = !token.special;
      files.added.push_back(std::move(token));
    });
  }
  add_configured_tokens(files, config_file, config);
  add_named_tokens(files, named);
  return files;
}

TokenizerFiles read_tokenizer_files(const FolderTexts& folder) {
  if (folder.has("tokenizer.json")) {
    TokenizerFiles files = read_tokenizer_json(folder);
    if (folder.has("tokenizer_config.json")) {
      add_configured_tokens(files, folder.folder() / "tokenizer_config.json",
                            folder.json("tokenizer_config.json"));
    }
    return files;
  }
  if (folder.has("vocab.json")) { return read_vocabulary_and_merges(folder); }
  throw BadInput(cat(folder.folder().string(),
                     ": has neither tokenizer.json nor vocab.json; is it a Hugging Face model folder?"));
}

}  // namespace srl::text
