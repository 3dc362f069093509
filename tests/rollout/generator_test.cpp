#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/error.hpp"
#include "rollout/completions.hpp"

namespace srl::rollout {
namespace {

using test::random_prompt;
using test::reference_logprobs;
using test::small_config;
using test::small_model;

std::string message_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& error) { return error.what(); }
  return "nothing was thrown";
}

class Architectures : public testing::TestWithParam<const char*> {};

TEST_P(Architectures, GreedyEqualsRecomputingEverything) {
  const model::Parameters parameters = small_model(small_config(GetParam()), 7);
  ThreadPool pool(2);
  Generator generator(parameters, {}, {}, pool);
  SamplingOptions sampling;
  sampling.greedy = true;
  sampling.max_new_tokens = 24;
  const std::vector<Group> groups = test::groups_of_many_lengths();
  const Generated generated = generator.generate(groups, sampling, 0, RandomStream::evaluation);
  EXPECT_TRUE(generated.figures.rows_equal);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const Completion& completion = generated.completions[g][0];
    ASSERT_EQ(completion.ids.size(), 24u);
    EXPECT_EQ(completion.finish, text::Finish::length);
    std::vector<std::int32_t> all = groups[g].prompt;
    all.insert(all.end(), completion.ids.begin(), completion.ids.end());
    const auto expected = reference_logprobs(parameters, all);
    for (std::size_t i = 0; i < completion.ids.size(); ++i) {
      const auto& row = expected[groups[g].prompt.size() + i - 1];
      const auto id = static_cast<std::size_t>(completion.ids[i]);
      EXPECT_NEAR(row[id], *std::max_element(row.begin(), row.end()), 1e-4)
          << "group " << g << ", token " << i;
      EXPECT_NEAR(completion.logprobs[i], row[id], 1e-4);
      EXPECT_EQ(completion.logprobs[i], completion.model_logprobs[i]);
    }
  }
}

TEST_P(Architectures, SampledLogprobsAgreeWithTheDenseForward) {
  const model::Parameters parameters = small_model(small_config(GetParam()), 8);
  ThreadPool pool(2);
  Generator generator(parameters, {}, {}, pool);
  SamplingOptions sampling;
  sampling.temperature = 0.7;
  sampling.max_new_tokens = 40;
  const std::vector<Group> groups{{random_prompt(30, 203, 1), 3, 4, 0}};
  const Generated generated = generator.generate(groups, sampling, 5, RandomStream::rollout);
  for (const Completion& completion : generated.completions[0]) {
    std::vector<std::int32_t> all = groups[0].prompt;
    all.insert(all.end(), completion.ids.begin(), completion.ids.end());
    const auto expected = reference_logprobs(parameters, all);
    for (std::size_t i = 0; i < completion.ids.size(); ++i) {
      const auto& row = expected[groups[0].prompt.size() + i - 1];
      double total = 0;
      for (const double logprob : row) { total += std::exp(logprob / 0.7); }
      const double own = row[completion.ids[i]];
      EXPECT_NEAR(completion.logprobs[i], own / 0.7 - std::log(total), 1e-4);
      EXPECT_NEAR(completion.model_logprobs[i], own, 1e-4);
    }
  }
  EXPECT_NE(generated.completions[0][0].ids, generated.completions[0][1].ids);
}

INSTANTIATE_TEST_SUITE_P(Rollout, Architectures,
                         testing::Values("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"));

struct Stopping : testing::Test {
  model::Parameters parameters = small_model(small_config("LlamaForCausalLM"), 9);
  ThreadPool pool{2};
  std::vector<Group> groups{{random_prompt(20, 203, 4), 0, 1, 0}};
  SamplingOptions sampling;
  std::vector<std::int32_t> free_run;  // greedy ids without any stop
  void SetUp() override {
    sampling.greedy = true;
    sampling.max_new_tokens = 20;
    free_run = Generator(parameters, {}, {}, pool)
                   .generate(groups, sampling, 0, RandomStream::rollout)
                   .completions[0][0]
                   .ids;
  }
};

TEST_F(Stopping, StopTokenIsThePartThatEndsTheAnswer) {
  const std::int32_t stop = free_run[9];
  const auto first =
      static_cast<std::size_t>(std::find(free_run.begin(), free_run.end(), stop) - free_run.begin());
  const Completion completion = Generator(parameters, {stop}, {}, pool)
                                    .generate(groups, sampling, 0, RandomStream::rollout)
                                    .completions[0][0];
  EXPECT_EQ(completion.finish, text::Finish::stop);
  EXPECT_EQ(completion.ids, std::vector<std::int32_t>(
                                free_run.begin(), free_run.begin() + static_cast<std::ptrdiff_t>(first) + 1));
}

TEST_F(Stopping, MinimumLengthMasksStopTokens) {
  const std::int32_t stop = free_run[2];
  sampling.min_new_tokens = 10;
  const Completion completion = Generator(parameters, {stop}, {}, pool)
                                    .generate(groups, sampling, 0, RandomStream::rollout)
                                    .completions[0][0];
  ASSERT_GE(completion.ids.size(), 10u);
  EXPECT_EQ(std::count(completion.ids.begin(), completion.ids.begin() + 10, stop), 0);
}

TEST_F(Stopping, StopStringMaySpanTokens) {
  // An id is spelt "<id>". The stop string is the end of one id and the start of the next.
  const auto decode = [](const std::vector<std::int32_t>& ids) {
    std::string text;
    for (const std::int32_t id : ids) { text.append("<").append(std::to_string(id)).append(">"); }
    return text;
  };
  const std::string last = std::to_string(free_run[6]);
  sampling.stop = {std::to_string(free_run[5]) + "><" + last.substr(0, 1)};
  const Completion completion = Generator(parameters, {}, {}, pool, decode)
                                    .generate(groups, sampling, 0, RandomStream::rollout)
                                    .completions[0][0];
  EXPECT_EQ(completion.finish, text::Finish::stop);
  EXPECT_NE(decode(completion.ids).find(sampling.stop[0]), std::string::npos);
  EXPECT_EQ(decode({completion.ids.begin(), completion.ids.end() - 1}).find(sampling.stop[0]),
            std::string::npos);
  EXPECT_LE(completion.ids.size(), 7u);
}

TEST_F(Stopping, StopStringsWaitForTheMinimumLength) {
  const auto decode = [](const std::vector<std::int32_t>& ids) {
    std::string text;
    for (const std::int32_t id : ids) { text.append("<").append(std::to_string(id)).append(">"); }
    return text;
  };
  sampling.stop = {"<" + std::to_string(free_run[2]) + ">"};
  for (const std::int64_t least : {0, 1, 5, 11}) {
    sampling.min_new_tokens = least;
    // The first token from number `least` on that is the stop string; all others are those of the free run.
    const auto stop = std::find(free_run.begin() + least, free_run.end(), free_run[2]);
    const Completion completion = Generator(parameters, {}, {}, pool, decode)
                                      .generate(groups, sampling, 0, RandomStream::rollout)
                                      .completions[0][0];
    const bool ends = stop != free_run.end();
    EXPECT_EQ(completion.ids, std::vector<std::int32_t>(free_run.begin(), ends ? stop + 1 : stop)) << least;
    EXPECT_EQ(completion.finish, ends ? text::Finish::stop : text::Finish::length) << least;
  }
}

TEST_F(Stopping, ValuesThatCannotWorkAreRefused) {
  const auto refused = [&](const std::function<void(SamplingOptions&)>& change) {
    SamplingOptions changed;
    change(changed);
    return message_of([&] { check(changed); });
  };
  const auto bias = [&](const char* entry) {
    return refused([&](SamplingOptions& s) { s.logit_bias = {"3:1", entry}; });
  };
  const std::string accepted = "nothing was thrown";
  EXPECT_EQ(refused([](SamplingOptions&) {}), accepted);
  EXPECT_NE(refused([](SamplingOptions& s) { s.stop = {"a", ""}; }).find("sampling.stop"), std::string::npos);
  for (const char* entry :
       {"5:nan", "5:-nan", "5:inf", "5:1e39", "5:1e31", "-5:1", "5:", "5", ":1", "5:1x"}) {
    EXPECT_NE(bias(entry).find(std::string("'") + entry + "'"), std::string::npos) << entry;
  }
  for (const char* entry : {"5:-inf", "5:-1e30", "5:1e30", "5:0"}) { EXPECT_EQ(bias(entry), accepted); }
  EXPECT_NE(refused([](SamplingOptions& s) {
              s.min_new_tokens = s.max_new_tokens + 1;
            }).find("sampling.min_new_tokens"),
            std::string::npos);
  EXPECT_EQ(refused([](SamplingOptions& s) { s.min_new_tokens = s.max_new_tokens; }), accepted);
  // An id outside the vocabulary is seen before anything is sampled.
  sampling.logit_bias = {"203:1"};
  EXPECT_THROW(Generator(parameters, {}, {}, pool).check(sampling), BadOption);
}

TEST_F(Stopping, PositionsOfTheModelEndAnAnswer) {
  model::ModelConfig config = small_config("LlamaForCausalLM");
  config.max_positions = 25;
  const model::Parameters small = small_model(config, 9);
  EXPECT_EQ(Generator(small, {}, {}, pool)
                .generate(groups, sampling, 0, RandomStream::rollout)
                .completions[0][0]
                .ids.size(),
            5u);
  groups[0].prompt.resize(25, 1);
  EXPECT_THROW(Generator(small, {}, {}, pool).generate(groups, sampling, 0, RandomStream::rollout), BadInput);
}

TEST_F(Stopping, TickSeesTokensAndMayLeaveEarly) {
  Generator generator(parameters, {}, {}, pool);
  std::int64_t last = 0;
  generator.generate(groups, sampling, 0, RandomStream::rollout, [&](std::int64_t tokens) {
    EXPECT_GT(tokens, last);
    last = tokens;
  });
  EXPECT_EQ(last, 20);
  const auto leave = [](std::int64_t tokens) {
    if (tokens == 5) { throw Error("left"); }
  };
  EXPECT_EQ(message_of([&] { generator.generate(groups, sampling, 0, RandomStream::rollout, leave); }),
            "left");
  EXPECT_EQ(generator.generate(groups, sampling, 0, RandomStream::rollout).completions[0][0].ids,
            free_run);  // the early end has no effect on the next call
}

TEST_F(Stopping, AGroupIsReportedWhenItsLastCompletionHasEnded) {
  groups.push_back(groups[0]);
  groups[0].completions = 3;
  groups[1].draw = 7;
  sampling.stop = {"a"};  // completions end after different numbers of tokens
  RolloutOptions options;
  options.max_sequences = 3;  // one group after the other
  const auto letter = [](const std::vector<std::int32_t>& ids) {
    return std::string(ids.back() % 5 == 0 ? "a" : "b");
  };
  Generator generator(parameters, {}, options, pool, letter);
  std::map<std::size_t, std::vector<Completion>> reported;
  std::int64_t tokens = 0, tokens_at_first = 0;
  const auto finished = [&](std::size_t group, const std::vector<Completion>& completions) {
    if (reported.empty()) { tokens_at_first = tokens; }
    EXPECT_TRUE(reported.emplace(group, completions).second) << "group " << group << " twice";
  };
  const Generated generated = generator.generate(
      groups, sampling, 3, RandomStream::rollout, [&](std::int64_t now) { tokens = now; }, finished);
  ASSERT_EQ(reported.size(), 2u);
  for (const auto& [group, completions] : reported) {
    ASSERT_EQ(completions.size(), generated.completions[group].size());
    for (std::size_t c = 0; c < completions.size(); ++c) {
      EXPECT_NE(completions[c].finish, text::Finish::unfinished);
      EXPECT_EQ(completions[c].ids, generated.completions[group][c].ids);
    }
  }
  EXPECT_LT(tokens_at_first, generated.figures.generated_tokens - 1);

  reported.clear();
  const auto leave = [](std::int64_t now) {
    if (now >= 2) { throw LeaveEarly{}; }
  };
  generator.generate(groups, sampling, 3, RandomStream::rollout, leave, finished);
  EXPECT_TRUE(reported.empty());
}

TEST_F(Stopping, WeightsAreReadInPlaceAtEveryCall) {
  Generator generator(parameters, {}, {}, pool);
  EXPECT_EQ(generator.generate(groups, sampling, 0, RandomStream::rollout).completions[0][0].ids, free_run);
  parameters.view("model.layers.1.mlp.down_proj.weight").mul_(-3.0);
  const Completion changed = generator.generate(groups, sampling, 0, RandomStream::rollout).completions[0][0];
  EXPECT_NE(changed.ids, free_run);
  EXPECT_EQ(Generator(parameters, {}, {}, pool)
                .generate(groups, sampling, 0, RandomStream::rollout)
                .completions[0][0]
                .ids,
            changed.ids);
}

TEST_F(Stopping, NotFiniteLogitsNameGroupAndLayer) {
  parameters.view("model.layers.1.mlp.up_proj.weight").fill_(std::numeric_limits<float>::quiet_NaN());
  groups[0].draw = 77;
  Generator generator(parameters, {}, {}, pool);
  const std::string message =
      message_of([&] { generator.generate(groups, sampling, 0, RandomStream::rollout); });
  EXPECT_NE(message.find("draw 77"), std::string::npos) << message;
  EXPECT_NE(message.find("layer 1"), std::string::npos) << message;
}

TEST_F(Stopping, BadInputIsRefusedBeforeWork) {
  RolloutOptions options;
  options.kv_cache_bytes.value = 20000;
  EXPECT_NE(message_of([&] {
              Generator(parameters, {}, options, pool).generate(groups, sampling, 0, RandomStream::rollout);
            }).find("rollout.kv_cache_bytes"),
            std::string::npos);
  Generator generator(parameters, {}, {}, pool);
  groups.push_back({{5, 203}, 0, 1, 0});
  EXPECT_NE(
      message_of([&] { generator.generate(groups, sampling, 0, RandomStream::rollout); }).find("group 1"),
      std::string::npos);
  groups[1].prompt.clear();
  EXPECT_THROW(generator.generate(groups, sampling, 0, RandomStream::rollout), BadInput);
  groups.pop_back();
  sampling.logit_bias = {"5:x"};
  EXPECT_THROW(generator.generate(groups, sampling, 0, RandomStream::rollout), BadOption);
}

}  // namespace
}  // namespace srl::rollout
