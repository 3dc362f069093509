#include "model/parameters.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "model/files/safetensors.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

ModelConfig config_of(const std::string& type) {
  return parse_config(tiny_config(type), "config.json");
}

/// Writes config.json and the weights into the folder.
void write_model(const TemporaryFolder& folder, const std::string& type, const Parameters& parameters,
                 Dtype dtype = Dtype::fp32) {
  folder.write("config.json", tiny_config(type).dump());
  write_parameters(parameters, folder.path() / "model.safetensors", dtype);
}

TEST(Parameters, LayoutIsGaplessAndTiesTheHead) {
  for (const char* type : {"llama", "qwen2", "qwen3"}) {
    const ModelConfig config = config_of(type);
    std::int64_t offset = 0;
    bool head = false;
    for (const ParameterInfo& info : parameter_layout(config)) {
      EXPECT_EQ(info.offset, offset) << info.name;
      offset += info.count;
      head |= info.name == "lm_head.weight";
      EXPECT_EQ(info.decays, info.name.ends_with("_proj.weight") || info.name == "lm_head.weight")
          << info.name;
    }
    EXPECT_EQ(head, !config.tied_embeddings);
    EXPECT_EQ(Parameters(config, Dtype::fp32).elements(), offset);
  }
}

TEST(Parameters, WithoutMemoryHaveTheLayoutOnly) {
  const Parameters none = Parameters::without_memory(config_of("qwen2"), Dtype::fp32),
                   all(config_of("qwen2"), Dtype::fp32);
  EXPECT_EQ(none.elements(), all.elements());
  EXPECT_EQ(none.layout().back().offset, all.layout().back().offset);
  EXPECT_EQ(none.flat().numel(), 0);
  EXPECT_THROW(none.view("model.norm.weight"), Bug);
}

TEST(Parameters, ViewsShareTheFlatBuffer) {
  Parameters parameters(config_of("llama"), Dtype::fp64);
  parameters.flat().fill_(3);
  EXPECT_EQ(parameters.view("model.norm.weight").sum().item<double>(), 48);
  EXPECT_THROW(parameters.view("model.norm"), Bug);
}

TEST(Parameters, RandomWeightsAreNormalAndDependOnTheSeedOnly) {
  ModelConfig config = config_of("qwen2");
  config.vocab = 4000;
  const Parameters a = random_parameters(config, Dtype::fp32, 1),
                   b = random_parameters(config, Dtype::fp32, 1);
  EXPECT_TRUE(a.flat().equal(b.flat()));
  EXPECT_FALSE(a.flat().equal(random_parameters(config, Dtype::fp32, 2).flat()));
  const at::Tensor& embedding = a.view("model.embed_tokens.weight");
  EXPECT_NEAR(embedding.mean().item<double>(), 0, 3e-4);
  EXPECT_NEAR(embedding.std().item<double>(), 0.02, 3e-4);
  EXPECT_EQ(a.view("model.norm.weight").min().item<double>(), 1);
  EXPECT_EQ(a.view("model.layers.1.self_attn.k_proj.bias").abs().max().item<double>(), 0);
}

TEST(Parameters, LoadExportLoadIsBitIdentical) {
  for (const Dtype dtype : {Dtype::fp32, Dtype::bf16, Dtype::fp64}) {
    const TemporaryFolder folder;
    const ModelConfig config = config_of("qwen3");
    write_model(folder, "qwen3", random_parameters(config, dtype, 5), dtype);
    folder.write("tokenizer.json", "{}");
    folder.write("generation_config.json", "{}");
    const Parameters loaded = load_parameters(folder.path(), config, Dtype::fp32);
    export_model(loaded, folder.path(), folder.path() / "export", dtype);
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "export/tokenizer.json"));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "export/generation_config.json"));
    const Parameters again =
        load_parameters(folder.path() / "export", read_config(folder.path() / "export"), Dtype::fp32);
    EXPECT_TRUE(loaded.flat().equal(again.flat()));
    if (dtype != Dtype::fp64) {  // an fp32 buffer does not hold all digits of an fp64 file
      EXPECT_EQ(read_file(folder.path() / "model.safetensors"),
                read_file(folder.path() / "export/model.safetensors"));
    }
  }
}

TEST(Parameters, AFailedExportLeavesTheOlderFolder) {
  const TemporaryFolder folder;
  const ModelConfig config = config_of("llama");
  const Parameters parameters = random_parameters(config, Dtype::fp32, 5);
  write_model(folder, "llama", parameters);
  export_model(parameters, folder.path(), folder.path() / "export", Dtype::fp32);
  EXPECT_THROW(export_model(parameters, folder.path() / "absent", folder.path() / "export", Dtype::fp32),
               Error);
  EXPECT_NO_THROW(load_parameters(folder.path() / "export", config, Dtype::fp32));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / ".export.srl_new"));
}

TEST(Parameters, ShardedFoldersLoadAsSingleOnes) {
  const TemporaryFolder folder;
  const ModelConfig config = config_of("qwen2");
  const Parameters parameters = random_parameters(config, Dtype::fp32, 5);
  Json map = Json::object();
  for (int shard = 0; shard < 2; ++shard) {
    std::vector<SafetensorsEntry> entries;
    const std::string file = cat("model-0000", shard + 1, "-of-00002.safetensors");
    for (std::size_t i = static_cast<std::size_t>(shard); i < parameters.layout().size(); i += 2) {
      entries.push_back({parameters.layout()[i].name, "F32", parameters.layout()[i].shape});
      map[parameters.layout()[i].name] = file;
    }
    SafetensorsWriter writer(folder.path() / file, entries);
    for (const auto& entry : entries) {
      const at::Tensor& view = parameters.view(entry.name);
      writer.write(view.const_data_ptr(), static_cast<std::size_t>(view.nbytes()));
    }
    writer.finish();
  }
  const auto write_index = [&] {
    folder.write("model.safetensors.index.json", Json(Json::Object{{"weight_map", map}}).dump());
  };
  write_index();
  EXPECT_TRUE(load_parameters(folder.path(), config, Dtype::fp32).flat().equal(parameters.flat()));
  map["model.norm.weight"] = "model-00003-of-00002.safetensors";
  write_index();
  EXPECT_THAT([&] { load_parameters(folder.path(), config, Dtype::fp32); },
              ThrowsMessage<BadInput>(HasSubstr("model-00003-of-00002.safetensors, which is missing")));
  map["model.norm.weight"] = "../model.safetensors";
  write_index();
  EXPECT_THAT([&] { load_parameters(folder.path(), config, Dtype::fp32); },
              ThrowsMessage<BadInput>(HasSubstr("same folder")));
}

TEST(Parameters, LoadingNamesFileAndTensorOfWhatDoesNotFit) {
  const TemporaryFolder folder;
  const ModelConfig config = config_of("llama");
  write_model(folder, "llama", random_parameters(config, Dtype::fp32, 5));
  const auto refuses = [&](const ModelConfig& other, const std::string& message) {
    EXPECT_THAT([&] { load_parameters(folder.path(), other, Dtype::fp32); },
                ThrowsMessage<BadInput>(AllOf(HasSubstr("model.safetensors"), HasSubstr(message))));
  };
  ModelConfig other = config;
  other.tied_embeddings = false;
  refuses(other, "'lm_head.weight' is missing");
  other = config;
  other.intermediate = 32;
  refuses(other,
          "'model.layers.0.mlp.gate_proj.weight' has shape [24, 16], but by config.json it must be [32, 16]");
  other = config;
  other.layers = 1;
  refuses(other, "'model.layers.1.input_layernorm.weight' is not a tensor of LlamaForCausalLM");
  SafetensorsWriter writer(folder.path() / "model.safetensors", {{"model.norm.weight", "I32", {16}}});
  const int zeros[16] = {};
  writer.write(zeros, sizeof(zeros));
  writer.finish();
  refuses(config, "'model.norm.weight' has dtype I32");
}

TEST(Parameters, FindsTheFirstTensorThatIsNotFinite) {
  Parameters parameters(config_of("llama"), Dtype::fp32);
  EXPECT_EQ(first_nonfinite(parameters), "");
  parameters.view("model.norm.weight")[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(first_nonfinite(parameters), "model.norm.weight");
}

}  // namespace
}  // namespace srl::model
