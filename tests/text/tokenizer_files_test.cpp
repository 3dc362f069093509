// What tokenizer files may contain. Everything else is refused, and the error names it.
#include "text/tokenizer/tokenizer_files.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"
#include "text/gguf_tokenizer.hpp"
#include "text/small_tokenizer.hpp"

namespace {

namespace fs = std::filesystem;
using srl::Json;
using srl::test::TemporaryFolder;
using srl::text::GgufTokenizer;
using srl::text::Pattern;
using srl::text::Tokenizer;

/// A complete tokenizer.json of the small vocabulary.
Json small_json(const std::string& pre = "gpt-2") {
  const srl::text::TokenizerFiles small = srl::test::small_files();
  GgufTokenizer gguf;
  for (const auto& [token, id] : small.vocabulary) { gguf.tokens.push_back(token); }
  gguf.tokens.push_back("<e>");
  gguf.tokens.push_back("<x>");
  gguf.tokens.push_back("[PAD]");
  gguf.token_types.assign(gguf.tokens.size(), 1);
  gguf.token_types[258] = 3;
  gguf.token_types[259] = 4;
  gguf.token_types[260] = 5;
  for (const auto& [left, right] : small.merges) { gguf.merges.push_back(left + " " + right); }
  gguf.pre = pre;
  gguf.eos = 258;
  const TemporaryFolder folder;
  write_tokenizer_files(gguf, folder.path());
  return Json::parse(srl::read_file(folder.path() / "tokenizer.json"), "small");
}

srl::text::TokenizerFiles read(const Json& json) {
  const TemporaryFolder folder;
  srl::write_file_atomically(folder.path() / "tokenizer.json", json.dump());
  return srl::text::read_tokenizer_json(folder.path());
}

/// The error for a file. Empty when the file is accepted.
std::string complaint(const Json& json) {
  try {
    read(json);
    return "";
  } catch (const srl::BadInput& error) { return error.what(); }
}

TEST(TokenizerJson, GgufTokenizersComeBackAsTheyWere) {
  const auto files = read(small_json());
  EXPECT_EQ(files.pattern, Pattern::gpt2);
  EXPECT_EQ(files.vocabulary.size(), 260u);  // without the unused token
  EXPECT_EQ(files.added.size(), 2u);
  EXPECT_TRUE(files.added[0].special);
  EXPECT_FALSE(files.added[1].special);
  EXPECT_EQ(Tokenizer(files).encode("abc<e>"), (std::vector<srl::text::TokenId>{257, 258}));
}

TEST(TokenizerJson, PatternsAreRecognisedFromThePreTokenizer) {
  EXPECT_EQ(read(small_json("smollm")).pattern, Pattern::smollm);
  EXPECT_EQ(read(small_json("qwen2")).pattern, Pattern::qwen2);
  EXPECT_TRUE(read(small_json("qwen2")).nfc);
  EXPECT_EQ(read(small_json("llama-bpe")).pattern, Pattern::llama3);
  EXPECT_TRUE(read(small_json("llama-bpe")).ignore_merges);
}

TEST(TokenizerJson, WhatIsNotSupportedIsNamed) {
  const auto with = [](const char* section, const char* key, Json value, const std::string& pre = "gpt-2") {
    Json json = small_json(pre);
    json[section][key] = std::move(value);
    return complaint(json);
  };
  EXPECT_EQ(complaint(small_json()), "");
  EXPECT_NE(with("model", "type", "Unigram").find("model.type = \"Unigram\" is not supported"),
            std::string::npos);
  EXPECT_NE(with("model", "dropout", 0.1).find("model.dropout"), std::string::npos);
  EXPECT_NE(with("model", "byte_fallback", true).find("model.byte_fallback"), std::string::npos);
  EXPECT_NE(with("model", "fuse_unk", true).find("model.fuse_unk"), std::string::npos);
  EXPECT_NE(with("model", "end_of_word_suffix", "</w>").find("model.end_of_word_suffix"), std::string::npos);
  EXPECT_NE(with("model", "novelty", 1).find("model.novelty"), std::string::npos);
  EXPECT_NE(with("pre_tokenizer", "add_prefix_space", true).find("add_prefix_space"), std::string::npos);
  EXPECT_NE(with("pre_tokenizer", "use_regex", false).find("use_regex"), std::string::npos);
  EXPECT_NE(with("pre_tokenizer", "type", "Metaspace").find("Metaspace"), std::string::npos);
  EXPECT_NE(with("decoder", "type", "WordPiece").find("WordPiece"), std::string::npos);
  EXPECT_NE(with("normalizer", "type", "NFKC", "qwen2").find("NFKC"), std::string::npos);
  EXPECT_NE(with("post_processor", "type", "BertProcessing").find("BertProcessing"), std::string::npos);
  Json json = small_json("qwen2");
  json["pre_tokenizer"]["pretokenizers"].as_array()[0]["pattern"] = Json::object();
  json["pre_tokenizer"]["pretokenizers"].as_array()[0]["pattern"]["Regex"] = "\\w+";
  EXPECT_NE(complaint(json).find("\\\\w+"), std::string::npos) << complaint(json);
}

TEST(TokenizerJson, MalformedFilesAreRefused) {
  for (const char* key : {"model", "pre_tokenizer", "decoder"}) {
    Json json = small_json();
    json[key] = nullptr;
    EXPECT_NE(complaint(json).find(key), std::string::npos) << key;
    json[key] = 3;
    EXPECT_NE(complaint(json), "") << key;
  }
  for (const Json& id : {Json(-1), Json(1.5), Json("1"), Json(std::int64_t{1} << 40)}) {
    Json json = small_json();
    json["model"]["vocab"]["q"] = id;
    EXPECT_NE(complaint(json), "") << id.dump();
  }
  for (const Json& merge : {Json("a"), Json("a b c"), Json(Json::Array{"a"}), Json(1), Json(nullptr)}) {
    Json json = small_json();
    json["model"]["merges"].push_back(merge);
    EXPECT_NE(complaint(json), "") << merge.dump();
  }
  EXPECT_NE(complaint(Json(Json::Array{})), "");
}

TEST(TokenizerJson, TheTokenBeforeEveryTextIsRead) {
  Json json = small_json();
  json["post_processor"] = Json::parse(
      R"({"type": "Sequence", "processors": [{"type": "ByteLevel"}, {"type": "TemplateProcessing",
          "single": [{"SpecialToken": {"id": "<e>", "type_id": 0}}, )"
      R"({"Sequence": {"id": "A", "type_id": 0}}]}]})",
      "test");
  EXPECT_EQ(read(json).begin_token, "<e>");
  json["post_processor"]["processors"].as_array()[1]["single"].push_back(
      Json::parse(R"({"SpecialToken": {"id": "<e>"}})", "test"));
  EXPECT_NE(complaint(json).find("single"), std::string::npos);
}

TEST(VocabularyAndMerges, ThePatternFollowsTheTokenizerClass) {
  const TemporaryFolder folder;
  EXPECT_THROW(srl::text::read_tokenizer_files(folder.path()), srl::BadInput);
  srl::write_file_atomically(folder.path() / "vocab.json",
                             R"({"a": 0, "b": 1, "ab": 2, "<|endoftext|>": 3})");
  srl::write_file_atomically(folder.path() / "merges.txt", "#version: 0.2\na b\n");
  EXPECT_THROW(srl::text::read_tokenizer_files(folder.path()),
               srl::BadInput);  // the tokenizer class is missing, and it is not guessed
  srl::write_file_atomically(folder.path() / "tokenizer_config.json",
                             R"({"tokenizer_class": "Qwen2Tokenizer"})");
  auto files = srl::text::read_tokenizer_files(folder.path());
  EXPECT_EQ(files.pattern, Pattern::qwen2);
  EXPECT_TRUE(files.nfc);
  srl::write_file_atomically(folder.path() / "tokenizer_config.json",
                             R"({"tokenizer_class": "LlamaTokenizer"})");
  EXPECT_THROW(srl::text::read_tokenizer_files(folder.path()), srl::BadInput);
  srl::write_file_atomically(
      folder.path() / "tokenizer_config.json",
      R"({"tokenizer_class": "GPT2Tokenizer", "eos_token": {"content": "<|im_end|>"}})");
  srl::write_file_atomically(folder.path() / "added_tokens.json", R"({"<|im_end|>": 4, "<tool>": 5})");
  files = srl::text::read_tokenizer_files(folder.path());
  EXPECT_EQ(files.pattern, Pattern::gpt2);
  const Tokenizer tokenizer(files);
  EXPECT_EQ(tokenizer.encode("ab<|im_end|><|endoftext|><tool>"),
            (std::vector<srl::text::TokenId>{2, 4, 3, 5}));
  EXPECT_TRUE(tokenizer.is_special(4));
  EXPECT_TRUE(tokenizer.is_special(3));
  EXPECT_FALSE(tokenizer.is_special(5));
  srl::write_file_atomically(folder.path() / "merges.txt", "#version: 0.2\na b c\n");
  EXPECT_THROW(srl::text::read_tokenizer_files(folder.path()), srl::BadInput);
}

TEST(GgufTokenizer, WrongMetadataIsRefused) {
  const TemporaryFolder folder;
  const auto refused = [&](auto change) {
    GgufTokenizer gguf;
    gguf.tokens = {"a", "b"};
    gguf.pre = "gpt-2";
    change(gguf);
    EXPECT_THROW(write_tokenizer_files(gguf, folder.path()), srl::BadInput);
  };
  refused([](GgufTokenizer& gguf) { gguf.pre = "deepseek-llm"; });
  refused([](GgufTokenizer& gguf) { gguf.token_types = {1}; });
  refused([](GgufTokenizer& gguf) { gguf.token_types = {1, 6}; });
  refused([](GgufTokenizer& gguf) { gguf.token_types = {1, 9}; });
  refused([](GgufTokenizer& gguf) { gguf.eos = 2; });
}

}  // namespace
