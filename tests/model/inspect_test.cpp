#include "model/inspect.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>
#include <sstream>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "model/compare.hpp"
#include "model/initial.hpp"
#include "reference_forward.hpp"
#include "text/tokenizer.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

using testing::HasSubstr;

/// Random weights of a tiny model.
Parameters tiny_parameters(const std::string& type, Dtype dtype) {
  return random_parameters(parse_config(tiny_config(type), "config.json"), dtype, 3);
}

TEST(Inspect, TopListsTheLikeliestTokensWithTheirLogProbabilities) {
  const Parameters parameters = tiny_parameters("qwen2", Dtype::fp64);
  PackModel model(parameters);
  std::istringstream in("{\"ids\": [1, 2, 30]}\n");
  std::ostringstream out;
  EXPECT_TRUE(top_logprobs_stream(in, out, model, parameters.config(), {4, true, 128}));
  const Json result = Json::parse(out.str(), "out");
  const auto& positions = result.at("top").as_array();
  ASSERT_EQ(positions.size(), 3U);
  const Pack pack{{1, 2, 30}, {{0, 3, -1, 0}}, {}, {}};
  const auto [values, ids] = at::log_softmax(reference_logits(parameters, pack), -1).topk(4, -1);
  for (std::int64_t t = 0; t < 3; ++t) {
    for (std::int64_t k = 0; k < 4; ++k) {
      const auto& entry =
          positions[static_cast<std::size_t>(t)].as_array()[static_cast<std::size_t>(k)].as_array();
      EXPECT_EQ(entry[0].as_integer(), ids[t][k].item<std::int64_t>());
      EXPECT_NEAR(entry[1].as_double(), values[t][k].item<double>(), 1e-6);
    }
  }
}

TEST(Inspect, ABadLineGivesItsNumberAndTheRestGoesOn) {
  const Parameters parameters = tiny_parameters("llama", Dtype::fp32);
  PackModel model(parameters);
  std::istringstream in("{\"ids\": [37]}\n{\"ids\": []}\n \nnonsense\n{\"ids\": [1]}\n\n");
  std::ostringstream out;
  EXPECT_FALSE(top_logprobs_stream(in, out, model, parameters.config(), {1, false, 128}));
  std::istringstream lines(out.str());
  std::string line;
  for (const int number : {1, 2, 4}) {
    std::getline(lines, line);
    EXPECT_THAT(line, HasSubstr(cat("{\"line\":", number, ",\"error\":")));
  }
  std::getline(lines, line);
  EXPECT_THAT(line, HasSubstr("{\"top\":[["));
}

TEST(Compare, SaysWhichTensorsDiffer) {
  const ModelConfig config = parse_config(tiny_config("llama"), "config.json");
  const Parameters a = random_parameters(config, Dtype::fp64, 3),
                   b = random_parameters(config, Dtype::fp64, 3);
  std::ostringstream same, other;
  EXPECT_TRUE(print_differences(a, b, same));
  b.view("model.norm.weight")[2] += 0.5;
  EXPECT_FALSE(print_differences(a, b, other));
  EXPECT_THAT(other.str(), HasSubstr("model.norm.weight  0.5  0.125"));
}

TEST(Initial, TheMiniModelRunsAndReadsEveryByte) {
  const TemporaryFolder folder;
  write_mini_model(folder.path() / "mini", {"<think>", "12. "}, 1);
  const ModelConfig config = read_config(folder.path() / "mini");
  const Parameters parameters = load_parameters(folder.path() / "mini", config, Dtype::fp32);
  EXPECT_EQ(first_nonfinite(parameters), "");
  const text::Tokenizer tokenizer = text::Tokenizer::load(folder.path() / "mini");
  const std::string given = "naïve – 数学 \x01\t\n";
  const auto ids = tokenizer.encode(given);
  EXPECT_EQ(ids.size(), given.size());
  EXPECT_EQ(tokenizer.decode(ids), given);
  EXPECT_EQ(tokenizer.encode("112. <think>2."),
            (std::vector<text::TokenId>{*tokenizer.id_of("1"), 260, 259, *tokenizer.id_of("2"),
                                        *tokenizer.id_of(".")}));
  EXPECT_THAT(describe(config, parameters), HasSubstr("vocabulary      261"));
  EXPECT_THROW(write_mini_model(folder.path() / "twice", {"Step", "Step"}, 1), BadInput);
  EXPECT_THROW(write_mini_model(folder.path() / "byte", {"x"}, 1), BadInput);
  write_random_model(folder.path() / "mini", folder.path() / "other", 2, Dtype::bf16);
  EXPECT_EQ(load_parameters(folder.path() / "other", config, Dtype::fp32).elements(), parameters.elements());
}

}  // namespace
}  // namespace srl::model
