// Reading tokenizer.json (the format of Hugging Face tokenizers, version 1.0).
#include <algorithm>
#include <initializer_list>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "text/tokenizer/tokenizer_files.hpp"

namespace srl::text {
namespace {

/// Reads the fields of one JSON object in the file. Every error names the file and the place.
class Section {
 public:
  Section(const std::filesystem::path& file, std::string place, const Json& value)
      : file_(file), place_(std::move(place)), value_(value) {
    if (!value.is_object()) { bad("is not an object"); }
  }
  [[noreturn]] void bad(const std::string& what) const {
    throw BadInput(cat(file_.string(), ": ", place_, " ", what));
  }
  [[noreturn]] void unsupported(std::string_view key, const Json& found) const {
    std::string text = found.dump();
    if (text.size() > 200) { text = text.substr(0, 200) + "…"; }
    throw BadInput(cat(file_.string(), ": ", place_, ".", key, " = ", text, " is not supported"));
  }
  void only(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, item] : value_.as_object()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) { unsupported(key, item); }
    }
  }
  const Json* find(std::string_view key) const {
    const Json* found = value_.find(key);
    return found && !found->is_null() ? found : nullptr;
  }
  const Json& at(std::string_view key) const {
    const Json* found = find(key);
    if (!found) { bad(cat("has no \"", key, "\"")); }
    return *found;
  }
  bool flag(std::string_view key, bool absent) const {
    const Json* found = find(key);
    if (!found) { return absent; }
    if (!found->is_bool()) { bad(cat(".", key, " is not true or false")); }
    return found->as_bool();
  }
  std::string word(std::string_view key, std::string absent = "") const {
    const Json* found = find(key);
    if (!found) { return absent; }
    if (!found->is_string()) { bad(cat(".", key, " is not a string")); }
    return found->as_string();
  }
  const Json::Array& list(std::string_view key) const {
    const Json& found = at(key);
    if (!found.is_array()) { bad(cat(".", key, " is not a list")); }
    return found.as_array();
  }
  Section section(std::string_view key) const { return {file_, cat(place_, ".", key), at(key)}; }
  /// The items of the list `key`, or only this object if its type is not Sequence.
  std::vector<Section> sequence(std::string_view key) const {
    if (word("type") != "Sequence") { return {*this}; }
    only({"type", key});
    std::vector<Section> items;
    for (const Json& item : list(key)) {
      items.emplace_back(file_, cat(place_, ".", key, "[", items.size(), "]"), item);
    }
    return items;
  }
  void refuse_unless(bool fine, std::string_view key) const {
    if (!fine) { unsupported(key, at(key)); }
  }

 private:
  std::filesystem::path file_;
  std::string place_;
  const Json& value_;
};

TokenId token_id(const Section& section, const Json& value, std::string_view what) {
  constexpr std::int64_t limit =
      1 << 24;  // far above any vocabulary size; prevents huge allocations for a wrong number
  if (!value.is_integer() || value.as_integer() < 0 || value.as_integer() >= limit) {
    section.bad(cat("has the invalid id ", value.dump(), " for the token ", what));
  }
  return value.as_integer();
}

bool reads_nfc(const Section& normalizer) {
  bool nfc = false;
  for (const Section& item : normalizer.sequence("normalizers")) {
    item.only({"type"});
    if (item.word("type") != "NFC") { item.unsupported("type", item.at("type")); }
    nfc = true;
  }
  return nfc;
}

Pattern read_pattern(const Section& pre_tokenizer) {
  const std::vector<Section> items = pre_tokenizer.sequence("pretokenizers");
  if (items.empty() || items.size() > 2) {
    pre_tokenizer.bad(
        "is not a supported sequence: only ByteLevel, or one Split or Digits and then ByteLevel");
  }
  const Section& byte_level = items.back();
  if (byte_level.word("type") != "ByteLevel") { byte_level.unsupported("type", byte_level.at("type")); }
  byte_level.only({"type", "add_prefix_space", "trim_offsets", "use_regex"});
  byte_level.refuse_unless(!byte_level.flag("add_prefix_space", true), "add_prefix_space");
  const bool with_regex = byte_level.flag("use_regex", true);
  if (items.size() == 1) {
    byte_level.refuse_unless(with_regex, "use_regex");
    return Pattern::gpt2;
  }
  const Section& first = items.front();
  const std::string type = first.word("type");
  if (type == "Digits") {
    first.only({"type", "individual_digits"});
    first.refuse_unless(first.flag("individual_digits", false), "individual_digits");
    byte_level.refuse_unless(with_regex, "use_regex");
    return Pattern::smollm;
  }
  if (type != "Split") { first.unsupported("type", first.at("type")); }
  first.only({"type", "pattern", "behavior", "invert"});
  first.refuse_unless(first.word("behavior") == "Isolated", "behavior");
  first.refuse_unless(!first.flag("invert", false), "invert");
  byte_level.refuse_unless(!with_regex, "use_regex");
  const Section pattern = first.section("pattern");
  pattern.only({"Regex"});
  const auto known = pattern_of_regex(pattern.word("Regex"));
  if (!known) { pattern.unsupported("Regex", pattern.at("Regex")); }
  return *known;
}

/// The token that a TemplateProcessing puts before a single sequence. Tokens after the sequence are not
/// supported.
std::string read_begin_token(const Section& post_processor) {
  std::string begin;
  for (const Section& item : post_processor.sequence("processors")) {
    const std::string type = item.word("type");
    if (type == "ByteLevel") {
      continue;  // changes only offsets
    }
    if (type != "TemplateProcessing") { item.unsupported("type", item.at("type")); }
    bool after = false;
    for (const Json& part : item.list("single")) {
      if (part.find("Sequence")) {
        after = true;
      } else if (const Json* special = part.find("SpecialToken"); special && !after && begin.empty()) {
        const Json* id = special->find("id");
        if (!id || !id->is_string()) { item.unsupported("single", item.at("single")); }
        begin = id->as_string();
      } else {
        item.unsupported("single", item.at("single"));
      }
    }
  }
  return begin;
}

void read_model(const Section& model, TokenizerFiles& files) {
  if (model.word("type") != "BPE") { model.unsupported("type", model.at("type")); }
  model.only({"type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk",
              "byte_fallback", "ignore_merges", "vocab", "merges"});
  if (const Json* dropout = model.find("dropout")) {
    model.refuse_unless(dropout->is_number() && dropout->as_double() == 0.0, "dropout");
  }
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    model.refuse_unless(model.word(key).empty(), key);
  }
  for (const char* key : {"fuse_unk", "byte_fallback"}) { model.refuse_unless(!model.flag(key, false), key); }
  files.unknown = model.word("unk_token");
  files.ignore_merges = model.flag("ignore_merges", false);
  const Json& vocabulary = model.at("vocab");
  if (!vocabulary.is_object()) { model.bad(".vocab is not an object of token: id"); }
  files.vocabulary.reserve(vocabulary.as_object().size());
  for (const auto& [token, id] : vocabulary.as_object()) {
    files.vocabulary.emplace_back(token, token_id(model, id, token));
  }
  const Json::Array& merges = model.list("merges");
  files.merges.reserve(merges.size());
  for (const Json& merge : merges) {
    if (merge.is_array() && merge.as_array().size() == 2 && merge.as_array()[0].is_string() &&
        merge.as_array()[1].is_string()) {
      files.merges.emplace_back(merge.as_array()[0].as_string(), merge.as_array()[1].as_string());
      continue;
    }
    const std::string& text = merge.is_string() ? merge.as_string() : "";
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos || text.find(' ', blank + 1) != std::string::npos) {
      model.bad(cat(".merges[", files.merges.size(), "] = ", merge.dump(), " is not a pair of tokens"));
    }
    files.merges.emplace_back(text.substr(0, blank), text.substr(blank + 1));
  }
}

void read_added_tokens(const Section& root, TokenizerFiles& files) {
  if (!root.find("added_tokens")) { return; }
  for (const Json& entry : root.list("added_tokens")) {
    const Section item(files.file, cat("added_tokens[", files.added.size(), "]"), entry);
    item.only({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"});
    AddedToken token;
    token.content = item.word("content");
    token.id = token_id(item, item.at("id"), token.content);
    token.special = item.flag("special", false);
    token.normalized = item.flag("normalized", !token.special);
    token.lstrip = item.flag("lstrip", false);
    token.rstrip = item.flag("rstrip", false);
    token.single_word = item.flag("single_word", false);
    files.added.push_back(std::move(token));
  }
}

}  // namespace

TokenizerFiles read_tokenizer_json(const FolderTexts& folder) {
  return parse_tokenizer_json(folder.text("tokenizer.json"), folder.folder() / "tokenizer.json");
}

TokenizerFiles parse_tokenizer_json(std::string_view text, const std::filesystem::path& file) {
  TokenizerFiles files;
  files.file = file;
  const Json json = Json::parse(text, file.string());
  const Section root(file, "tokenizer", json);
  root.only({"version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer",
             "post_processor", "decoder", "model"});
  if (root.find("normalizer")) { files.nfc = reads_nfc(root.section("normalizer")); }
  files.pattern = read_pattern(root.section("pre_tokenizer"));
  if (root.find("post_processor")) { files.begin_token = read_begin_token(root.section("post_processor")); }
  for (const Section& decoder : root.section("decoder").sequence("decoders")) {
    if (decoder.word("type") != "ByteLevel") { decoder.unsupported("type", decoder.at("type")); }
  }
  read_model(root.section("model"), files);
  read_added_tokens(root, files);
  return files;
}

}  // namespace srl::text
