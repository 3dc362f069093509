// Ids equal those of other programs: for small tokenizers trained by Hugging Face tokenizers
// (tests/peers/make_tokenizer_fixtures.py), and for GPT-2 and Qwen2.5 on edge cases from the shared data
// folder, if it is present.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/unicode.hpp"
#include "support/temporary_folder.hpp"
#include "text/tokenizer.hpp"
#include "text/tokenizer/byte_level.hpp"

namespace {

namespace fs = std::filesystem;
using srl::Json;
using srl::text::TokenId;
using srl::text::Tokenizer;

fs::path shared_tokenizers() {
  const char* folder = std::getenv("SRL_SHARED_DATA");
  return (folder ? fs::path(folder) : fs::path(SRL_SOURCE_DIR) / "../shared/data") / "tokenizer";
}

std::vector<TokenId> ids_of(const Json& row) {
  std::vector<TokenId> ids;
  for (const Json& id : row.at("ids").as_array()) { ids.push_back(static_cast<TokenId>(id.as_integer())); }
  return ids;
}

int compare_file(const Tokenizer& tokenizer, const fs::path& file) {
  std::ifstream lines(file);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const Json row = Json::parse(line, file.string());
    const std::string& text = row.at("text").as_string();
    EXPECT_EQ(tokenizer.encode(text), ids_of(row)) << file << " line " << count + 1 << ": " << text;
    if (const Json* decoded = row.find("decoded")) {
      EXPECT_EQ(srl::repair_utf8(tokenizer.decode(ids_of(row))), decoded->as_string());
    }
  }
  return count;
}

TEST(TrainedTokenizers, GiveTheIdsAndTextsOfHuggingFace) {
  for (const char* kind : {"gpt2", "qwen2", "llama3", "smollm"}) {
    const fs::path folder = fs::path(SRL_SOURCE_DIR) / "tests/data/tokenizers" / kind;
    EXPECT_EQ(compare_file(Tokenizer::load(folder), folder / "vectors.jsonl"), 152) << kind;
  }
}

TEST(SharedVectors, Qwen25) {
  const fs::path folder = shared_tokenizers() / "qwen2.5";
  if (!fs::exists(folder)) { GTEST_SKIP() << "no shared data at " << folder; }
  const Tokenizer tokenizer = Tokenizer::load(folder);
  EXPECT_EQ(tokenizer.size(), 151665u);
  EXPECT_GT(compare_file(tokenizer, folder / "vectors_edge.jsonl"), 50);
  EXPECT_EQ(compare_file(tokenizer, folder / "vectors_transformers_integration.jsonl"), 3);
  EXPECT_EQ(tokenizer.id_of("<|im_end|>"), 151645);
  EXPECT_TRUE(tokenizer.is_special(151645));
  EXPECT_FALSE(tokenizer.is_special(151657));  // <tool_call>
}

/// Writes GPT-2's vocabulary, made from its merges: the 256 byte symbols (printable bytes first, then the
/// rest), then the merges. The end-of-text token is left out, because the vectors treat it as plain text.
void write_gpt2(const fs::path& merges_file, const fs::path& folder) {
  const srl::text::ByteAlphabet alphabet;
  Json::Object vocabulary;
  for (const bool printable : {true, false}) {
    for (int byte = 0; byte < 256; ++byte) {
      if ((alphabet.symbol(static_cast<std::uint8_t>(byte)) ==
           srl::encode_utf8(std::u32string(1, static_cast<char32_t>(byte)))) == printable) {
        vocabulary.emplace_back(alphabet.symbol(static_cast<std::uint8_t>(byte)), vocabulary.size());
      }
    }
  }
  std::ifstream merges(merges_file);
  std::string left, right;
  std::getline(merges, left);
  while (merges >> left >> right) { vocabulary.emplace_back(left + right, vocabulary.size()); }
  srl::write_file_atomically(folder / "vocab.json", Json(vocabulary).dump());
  srl::write_file_atomically(folder / "tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
  fs::copy_file(merges_file, folder / "merges.txt", fs::copy_options::overwrite_existing);
}

TEST(SharedVectors, Gpt2) {
  const fs::path source = shared_tokenizers() / "gpt2";
  if (!fs::exists(source)) { GTEST_SKIP() << "no shared data at " << source; }
  const srl::test::TemporaryFolder folder;
  write_gpt2(source / "merges.txt", folder.path());
  const Tokenizer tokenizer = Tokenizer::load(folder.path());
  EXPECT_EQ(tokenizer.size(), 50256u);
  EXPECT_GT(compare_file(tokenizer, source / "vectors_edge.jsonl"), 50);
}

}  // namespace
