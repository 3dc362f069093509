#include "model/config.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

ModelConfig parse(const Json& json) {
  return parse_config(json, "config.json");
}

TEST(Config, ReadsTheSizesAndTheTraitsOfEachArchitecture) {
  const ModelConfig llama = parse(tiny_config("llama"));
  EXPECT_EQ(llama.head_dim, 4);
  EXPECT_TRUE(llama.tied_embeddings);
  EXPECT_FALSE(llama.qkv_bias);
  const ModelConfig qwen2 = parse(tiny_config("qwen2"));
  EXPECT_TRUE(qwen2.qkv_bias);
  EXPECT_FALSE(qwen2.tied_embeddings);
  const ModelConfig qwen3 = parse(tiny_config("qwen3"));
  EXPECT_TRUE(qwen3.qk_norm);
  EXPECT_EQ(qwen3.head_dim, 6);
}

TEST(Config, NamesFileAndFieldOfWhatIsMissingOrUnsupported) {
  const auto refuses = [](const char* field, Json value, const std::string& message) {
    Json config = tiny_config("llama");
    config[field] = std::move(value);
    EXPECT_THAT([&] { parse(config); },
                ThrowsMessage<BadInput>(AllOf(HasSubstr("config.json"), HasSubstr(message))))
        << field;
  };
  refuses("hidden_size", nullptr, "'hidden_size' is missing");
  refuses("hidden_size", 18, "multiple of num_attention_heads");
  refuses("num_key_value_heads", 3, "must divide");
  refuses("hidden_act", "gelu", "hidden_act");
  refuses("attention_bias", true, "attention_bias");
  refuses("vocab_size", -1, "out of range");
  refuses("vocab_size", "x", "must be an integer");
  for (const char* name :
       {"MistralForCausalLM", "GemmaForCausalLM", "GPT2LMHeadModel", "MixtralForCausalLM"}) {
    refuses(
        "architectures", Json(std::vector<std::string>{name}),
        cat("'", name,
            "', which is not supported; supported: LlamaForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM"));
  }
  refuses("quantization_config", Json::object(), "quantised");
  refuses("rope_scaling", Json(Json::Object{{"rope_type", "longrope"}, {"factor", 2}}), "longrope");
  refuses("rope_scaling", Json(Json::Object{{"rope_type", "linear"}}), "'factor' is missing");
}

TEST(Config, RefusesASlidingWindowOnlyWhereItWouldMatter) {
  Json config = tiny_config("qwen2");
  config["use_sliding_window"] = true;
  config["sliding_window"] = 64;
  config["max_window_layers"] = 2;  // there are only two layers
  EXPECT_NO_THROW(parse(config));
  config["max_window_layers"] = 1;
  EXPECT_THROW(parse(config), BadInput);
  config["sliding_window"] = 128;
  EXPECT_NO_THROW(parse(config));
}

TEST(Config, RopeMayStandBesideOrInsideRopeParameters) {
  Json config = tiny_config("llama");
  config["rope_parameters"] =
      Json(Json::Object{{"rope_type", "linear"}, {"factor", 4.0}, {"rope_theta", 500.0}});
  const ModelConfig parsed = parse(config);
  EXPECT_EQ(parsed.rope_type, "linear");
  EXPECT_EQ(parsed.rope_theta, 500.0);
  const RopeTable table = rope_table(parsed);
  ASSERT_EQ(table.inverse_frequencies.size(), 2U);
  EXPECT_FLOAT_EQ(static_cast<float>(table.inverse_frequencies[0]), 0.25F);
  EXPECT_FLOAT_EQ(static_cast<float>(table.inverse_frequencies[1]),
                  static_cast<float>(0.25 / std::sqrt(500.0)));
}

TEST(Config, EndIdsComeFromTheGenerationConfigFirst) {
  const TemporaryFolder folder;
  Json config = tiny_config("llama");
  config["eos_token_id"] = 2;
  folder.write("config.json", config.dump());
  EXPECT_EQ(read_config(folder.path()).eos_ids, std::vector<std::int64_t>{2});
  folder.write("generation_config.json", R"({"eos_token_id": [3, 5]})");
  EXPECT_EQ(read_config(folder.path()).eos_ids, (std::vector<std::int64_t>{3, 5}));
  EXPECT_THAT([] { read_config("/nowhere"); }, ThrowsMessage<BadInput>(HasSubstr("/nowhere does not exist")));
}

TEST(Rope, RowIsTheScaledRotationOfThePosition) {
  ModelConfig config = parse(tiny_config("llama"));
  RopeTable table = rope_table(config);
  table.scale = 2;
  double cosine[2], sine[2];
  rope_row(table, 3, cosine, sine);
  EXPECT_NEAR(cosine[0], 2 * std::cos(3.0), 1e-15);
  EXPECT_NEAR(sine[1], 2 * std::sin(3 * 0.01), 1e-8);
}

// Values of ROPE_INIT_FUNCTIONS of transformers 5.17 for head_dim 8. tests/peers compares whole models.
TEST(Rope, Llama3KeepsShortWavelengthsAndDividesLongOnes) {
  Json json = tiny_config("llama");
  json["head_dim"] = 8;
  json["rope_theta"] = 500000.0;
  json["rope_scaling"] = Json(Json::Object{{"rope_type", "llama3"},
                                           {"factor", 8.0},
                                           {"low_freq_factor", 1.0},
                                           {"high_freq_factor", 4.0},
                                           {"original_max_position_embeddings", 8192}});
  const RopeTable table = rope_table(parse(json));
  EXPECT_DOUBLE_EQ(table.inverse_frequencies[0], 1.0);
  EXPECT_FLOAT_EQ(static_cast<float>(table.inverse_frequencies[3]),
                  static_cast<float>(1 / std::pow(500000.0, 0.75) / 8));
}

TEST(Rope, YarnScalesTheTablesByItsAttentionFactor) {
  Json json = tiny_config("llama");
  json["rope_scaling"] =
      Json(Json::Object{{"rope_type", "yarn"}, {"factor", 4.0}, {"original_max_position_embeddings", 32}});
  EXPECT_NEAR(rope_table(parse(json)).scale, 0.1 * std::log(4.0) + 1, 1e-12);
}

}  // namespace
}  // namespace srl::model
