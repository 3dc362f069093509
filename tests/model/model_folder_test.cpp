// The content of a model folder equals what the readers of its single files return. For a folder that lacks a
// file, the error names the file.
#include "model/model_folder.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/foreign_file.hpp"
#include "model/files/safetensors.hpp"
#include "model/initial.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ModelFolder, HoldsWhatItsFilesSay) {
  const TemporaryFolder folder;
  write_mini_model(folder.path() / "mini", {"seven"}, 3);
  const ModelFolder opened = open_model_folder(folder.path() / "mini", "chatml");
  EXPECT_EQ(opened.path, folder.path() / "mini");
  EXPECT_EQ(opened.config.vocab, read_config(opened.path).vocab);
  EXPECT_EQ(opened.longest_prompt(), opened.config.max_positions - 1);
  EXPECT_EQ(opened.tokenizer.decode(opened.tokenizer.encode("seven plus 1")), "seven plus 1");
  EXPECT_EQ(opened.chat_template.name(), "chatml");
  EXPECT_EQ(opened.stop_ids, text::stop_ids(opened.path, opened.tokenizer, opened.chat_template));
  EXPECT_FALSE(opened.stop_ids.empty());
  EXPECT_EQ(load_parameters(opened, Dtype::fp32).elements(),
            load_parameters(opened.path, opened.config, Dtype::fp32).elements());
}

TEST(ModelFolder, OpensWithoutItsFilesWhatAnotherProcessHasRead) {
  const TemporaryFolder folder;
  const fs::path mini = folder.path() / "mini";
  write_mini_model(mini, {"seven"}, 3);
  const std::string own = (folder.path() / "own.json").string();
  folder.write("own.json", R"({"after_content": "|", "generation": "go"})");
  const ModelFolder opened = open_model_folder(mini, own);
  const std::string read = read_model_folder(mini, own);
  fs::remove_all(mini);
  fs::remove(own);
  const ModelFolder received = open_model_folder(mini, own, read);
  EXPECT_EQ(received.path, opened.path);
  EXPECT_EQ(received.config.vocab, opened.config.vocab);
  EXPECT_EQ(received.config.eos_ids, opened.config.eos_ids);
  EXPECT_EQ(received.stop_ids, opened.stop_ids);
  EXPECT_EQ(received.chat_template.rules().generation, "go");
  EXPECT_EQ(received.tokenizer.encode("seven plus 1"), opened.tokenizer.encode("seven plus 1"));
  EXPECT_THROW(read_model_folder(mini, "plain"), BadInput);
}

TEST(ModelFolder, NamesAMissingFile) {
  const TemporaryFolder folder;
  write_mini_model(folder.path() / "mini", {}, 3);
  fs::remove(folder.path() / "mini/config.json");
  EXPECT_THAT([&] { open_model_folder(folder.path() / "mini", "plain"); },
              ThrowsMessage<Error>(HasSubstr("config.json")));
  EXPECT_THROW(open_model_folder(folder.path() / "nothing", "plain"), Error);
}

// A tiny tied Llama whose file holds the embedding and a head.
void write_with_head(const fs::path& folder, const Parameters& parameters, float head_offset) {
  std::vector<SafetensorsEntry> entries;
  for (const ParameterInfo& info : parameters.layout()) { entries.push_back({info.name, "F32", info.shape}); }
  const std::string embedding = "model.embed_tokens.weight";
  const at::Tensor head = (parameters.view(embedding) + head_offset).contiguous();
  entries.push_back({"lm_head.weight", "F32", {head.size(0), head.size(1)}});
  SafetensorsWriter writer(folder / "model.safetensors", entries);
  writer.write(parameters.flat().const_data_ptr(), parameters.elements() * 4);
  writer.write(head.const_data_ptr(), head.nbytes());
  writer.finish();
}

TEST(ModelFolder, KeepsASavedHeadThatDiffersFromTheEmbedding) {
  const TemporaryFolder folder;
  folder.write("config.json", tiny_config("llama").dump());
  const Parameters parameters =
      random_parameters(parse_config(tiny_config("llama"), "config.json"), Dtype::fp32, 9);
  write_with_head(folder.path(), parameters, 0);
  EXPECT_TRUE(read_config(folder.path()).tied_embeddings);
  write_with_head(folder.path(), parameters, 1);
  const ModelConfig config = read_config(folder.path());
  EXPECT_FALSE(config.tied_embeddings);
  const Parameters loaded = load_parameters(folder.path(), config, Dtype::fp32);
  EXPECT_TRUE(loaded.view("lm_head.weight").equal(parameters.view("model.embed_tokens.weight") + 1));
  export_model(loaded, folder.path(), folder.path() / "exported", Dtype::fp32);
  const Json written = read_json_file(folder.path() / "exported/config.json");
  EXPECT_FALSE(written.at("tie_word_embeddings").as_bool());
}

TEST(ModelFolder, NamesAnUnsupportedArchitectureBeforeItsTokenizer) {
  const TemporaryFolder folder;
  folder.write("config.json", R"({"architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "n_embd": 8})");
  EXPECT_THAT([&] { open_model_folder(folder.path(), "auto"); },
              ThrowsMessage<BadInput>(
                  HasSubstr("'GPT2LMHeadModel', which is not supported; supported: LlamaForCausalLM")));
  folder.write("config.json", "version https://git-lfs.github.com/spec/v1\n");
  EXPECT_THAT([&] { open_model_folder(folder.path(), "auto"); },
              ThrowsMessage<BadInput>(HasSubstr("Git LFS pointer")));
}

}  // namespace
}  // namespace srl::model
