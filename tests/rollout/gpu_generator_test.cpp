// Completions on a GPU, real or emulated, against those of the CPU, the training forward and fp64.
#include "rollout/gpu_generator.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "model/forward/engine.hpp"
#include "model/rounding_machine.hpp"
#include "support/message_of.hpp"

namespace srl::rollout {
namespace {

using test::gpu_config;
using test::GpuGenerator;
using test::random_prompt;
using test::small_model;

/// The model in fp64 with the same weights.
model::Parameters in_fp64(const model::Parameters& parameters) {
  model::Parameters fine(parameters.config(), model::Dtype::fp64);
  fine.flat().copy_(parameters.flat());
  return fine;
}

/// The prompt of a group and its completions, and all of their tokens as predictions.
model::Pack pack_of(const Group& group, const std::vector<Completion>& completions) {
  const std::int64_t prompt = std::ssize(group.prompt);
  model::Pack pack{group.prompt, {{0, prompt, -1, 0}}, {}, {}};
  for (const Completion& one : completions) {
    const std::int64_t begin = std::ssize(pack.ids);
    pack.segments.push_back({begin, std::ssize(one.ids), 0, prompt});
    pack.ids.insert(pack.ids.end(), one.ids.begin(), one.ids.end());
    for (std::int64_t i = 0; i < std::ssize(one.ids); ++i) {
      pack.rows.push_back(i == 0 ? prompt - 1 : begin + i - 1);
      pack.targets.push_back(one.ids[static_cast<std::size_t>(i)]);
    }
  }
  return pack;
}

std::vector<double> logprobs_of(const std::vector<Completion>& completions) {
  std::vector<double> all;
  for (const Completion& one : completions) {
    all.insert(all.end(), one.policy_logprobs.begin(), one.policy_logprobs.end());
  }
  return all;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_EQ(a.size(), b.size());
  double squares = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) { squares += (a[i] - b[i]) * (a[i] - b[i]); }
  return std::sqrt(squares);
}

class GpuArchitectures : public test::OnAGpu, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Rollout, GpuArchitectures,
                         testing::Values("LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"));

/// How far the two likeliest ids are apart after `ids`.
double gap_after(const model::Parameters& parameters, const std::vector<std::int32_t>& ids) {
  std::vector<double> last = test::reference_logprobs(parameters, ids).back();
  std::ranges::partial_sort(last, last.begin() + 2, std::greater<>());
  return last[0] - last[1];
}

TEST_P(GpuArchitectures, GreedyInFp32EqualsTheCpuButForTies) {
  const model::Parameters parameters = small_model(gpu_config(GetParam()), 7);
  ThreadPool pool(2);
  SamplingOptions sampling;
  sampling.greedy = true;
  sampling.max_new_tokens = 40;
  const std::vector<Group> groups = test::groups_of_many_lengths();
  const Generated cpu =
      Generator(parameters, {}, {}, pool).generate(groups, sampling, 0, RandomStream::rollout);
  const Generated gpu =
      GpuGenerator(parameters, model::Dtype::fp32)->generate(groups, sampling, 0, RandomStream::rollout);
  std::int64_t tokens = 0, ties = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const Completion &a = cpu.completions[g][0], &b = gpu.completions[g][0];
    ASSERT_EQ(a.ids.size(), b.ids.size());
    const auto same = static_cast<std::size_t>(std::ranges::mismatch(a.ids, b.ids).in1 - a.ids.begin());
    for (std::size_t i = 0; i < same; ++i) { EXPECT_NEAR(a.logprobs[i], b.logprobs[i], 1e-4); }
    tokens += std::ssize(a.ids);
    if (same == a.ids.size()) { continue; }
    ++ties;
    std::vector<std::int32_t> before = groups[g].prompt;
    before.insert(before.end(), a.ids.begin(), a.ids.begin() + static_cast<std::ptrdiff_t>(same));
    EXPECT_LT(gap_after(parameters, before), 1e-4) << "group " << g << ", token " << same;
  }
  EXPECT_LE(static_cast<double>(ties), 0.01 * static_cast<double>(tokens));
}

/// Completions of a GPU as a pack, and their log-probabilities under softmax(logits / 0.7).
struct OfAGpu {
  model::Pack pack;
  std::vector<double> logprob;
  OfAGpu(const model::Parameters& parameters, model::Dtype dtype) {
    SamplingOptions sampling;
    sampling.temperature = 0.7;
    sampling.max_new_tokens = 30;
    const Group group{random_prompt(30, 203, 1), 3, 4, 0};
    GpuGenerator generator(parameters, dtype);
    const std::vector<Completion> completions =
        generator->generate({group}, sampling, 5, RandomStream::rollout).completions[0];
    EXPECT_NE(completions[0].ids, completions[1].ids);
    pack = pack_of(group, completions);
    logprob = logprobs_of(completions);
  }
};
const model::ForwardOptions as_sampled{.temperature = 0.7};

TEST_P(GpuArchitectures, LogprobsErrByAtMostTwiceWhatRoundingToBf16Does) {
  model::Parameters parameters = small_model(gpu_config(GetParam()), 8);
  parameters.flat().copy_(parameters.flat().to(at::kBFloat16));
  const OfAGpu gpu(parameters, model::Dtype::bf16);
  const model::Parameters fine = in_fp64(parameters);
  const std::vector<double> exact = model::PackModel(fine).forward(gpu.pack, as_sampled).logprob;
  model::Engine<model::RoundingMachine> rounded(std::make_unique<model::RoundingMachine>(fine));
  const std::vector<double> of_bf16 = rounded.forward(gpu.pack, as_sampled).logprob;
  EXPECT_LE(distance(gpu.logprob, exact), 2 * distance(of_bf16, exact));
}

TEST_P(GpuArchitectures, InFp32LogprobsAreNearThoseInFp64) {
  const model::Parameters parameters = small_model(gpu_config(GetParam()), 8);
  const OfAGpu gpu(parameters, model::Dtype::fp32);
  const std::vector<double> exact =
      model::PackModel(in_fp64(parameters)).forward(gpu.pack, as_sampled).logprob;
  for (std::size_t i = 0; i < exact.size(); ++i) { EXPECT_NEAR(gpu.logprob[i], exact[i], 1e-4) << i; }
}

class GpuGeneration : public test::OnAGpu {
 public:
  /// The CPU's completions and those of a GPU in fp32 for the same random numbers.
  void expect_those_of_the_cpu(const std::vector<std::int32_t>& stop_ids = {}) {
    ThreadPool pool(2);
    const Generated cpu =
        Generator(parameters, stop_ids, {}, pool).generate(groups, sampling, 3, RandomStream::rollout);
    const Generated gpu = GpuGenerator(parameters, model::Dtype::fp32, test::gpu_options(), stop_ids)
                              ->generate(groups, sampling, 3, RandomStream::rollout);
    for (std::size_t g = 0; g < groups.size(); ++g) {
      for (std::size_t a = 0; a < cpu.completions[g].size(); ++a) {
        const Completion &one = cpu.completions[g][a], &other = gpu.completions[g][a];
        EXPECT_EQ(one.ids, other.ids) << "group " << g << ", completion " << a;
        EXPECT_EQ(one.finish, other.finish);
        for (std::size_t i = 0; i < std::min(one.ids.size(), other.ids.size()); ++i) {
          EXPECT_NEAR(one.logprobs[i], other.logprobs[i], 2e-4);
          EXPECT_NEAR(one.policy_logprobs[i], other.policy_logprobs[i], 2e-4);
          EXPECT_NEAR(one.model_logprobs[i], other.model_logprobs[i], 2e-4);
        }
      }
    }
  }

  model::Parameters parameters = small_model(gpu_config("LlamaForCausalLM"), 9);
  std::vector<Group> groups{{random_prompt(20, 203, 4), 5, 3, 0}, {random_prompt(7, 203, 5), 6, 2, 1}};
  SamplingOptions sampling;
};

TEST_F(GpuGeneration, SamplesAreThoseOfTheCpu) {
  sampling.max_new_tokens = 20;
  expect_those_of_the_cpu();
  sampling.temperature = 0.8;
  sampling.top_p = 0.9;
  sampling.top_k = 40;
  expect_those_of_the_cpu();
}

/// Many lengths, so that numbers of rows, items and parts change while completions end.
TEST_F(GpuGeneration, GraphsGiveTheBitsOfStepsThatRunByThemselves) {
  sampling.max_new_tokens = 16;
  sampling.temperature = 1.3;
  groups = test::groups_of_many_lengths();
  for (std::size_t g = 0; g < groups.size(); ++g) {
    groups[g].completions = 1 + static_cast<std::int64_t>(g % 3);
  }
  const std::vector<std::int32_t> stop_ids = {3, 50, 99, 150};
  const auto run = [&](bool graphs) {
    RolloutOptions options = test::gpu_options();
    options.graphs = graphs;
    GpuGenerator generator(parameters, model::Dtype::bf16, options, stop_ids);
    generator->generate(groups, sampling, 3, RandomStream::rollout);  // captures
    return generator->generate(groups, sampling, 4, RandomStream::rollout);
  };
  const Generated by_itself = run(false), repeated = run(true);
  EXPECT_EQ(by_itself.figures.repeated_steps, 0);
  EXPECT_GT(repeated.figures.repeated_steps, repeated.figures.decode_steps / 2);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t c = 0; c < by_itself.completions[g].size(); ++c) {
      const Completion &a = by_itself.completions[g][c], &b = repeated.completions[g][c];
      EXPECT_EQ(a.ids, b.ids) << "group " << g << ", completion " << c;
      EXPECT_EQ(a.logprobs, b.logprobs);
      EXPECT_EQ(a.model_logprobs, b.model_logprobs);
    }
  }
}

TEST_F(GpuGeneration, PenaltyBiasAndMinimumLengthAreThoseOfTheCpu) {
  sampling.max_new_tokens = 16;
  sampling.min_new_tokens = 6;
  sampling.repetition_penalty = 1.3;
  sampling.logit_bias = {"7:2.5", "11:-inf", "7:0.5"};
  std::vector<std::int32_t> many;
  for (std::int32_t id = 0; id < 40; ++id) { many.push_back(id); }
  expect_those_of_the_cpu(many);
}

TEST_F(GpuGeneration, FrequenciesAreProbabilities) {
  constexpr int count = 1000;
  sampling.max_new_tokens = 1;
  sampling.temperature = 0.5;
  const Group group{groups[0].prompt, 5, count, 0};
  GpuGenerator generator(parameters, model::Dtype::fp32);
  const Generated generated = generator->generate({group}, sampling, 3, RandomStream::rollout);
  std::vector<double> p = test::reference_logprobs(parameters, group.prompt).back();
  double total = 0;
  for (double& one : p) { total += one = std::exp(one / sampling.temperature); }
  std::vector<double> seen(p.size());
  for (const Completion& one : generated.completions[0]) { ++seen[static_cast<std::size_t>(one.ids.at(0))]; }
  // Ids that are expected less than 8 times are one class.
  double chi2 = 0, rest = 0, rest_seen = 0;
  int classes = 1;
  for (std::size_t id = 0; id < p.size(); ++id) {
    const double expected = count * p[id] / total;
    if (expected < 8) {
      rest += expected, rest_seen += seen[id];
      continue;
    }
    ++classes;
    chi2 += (seen[id] - expected) * (seen[id] - expected) / expected;
  }
  chi2 += (rest_seen - rest) * (rest_seen - rest) / rest;
  const double freedom = classes - 1;
  EXPECT_GE(classes, 8);
  EXPECT_LT(chi2, freedom + 4 * std::sqrt(2 * freedom));
}

TEST_F(GpuGeneration, WeightsAreReadInPlaceAndNoMemoryIsTaken) {
  sampling.max_new_tokens = 8;
  GpuGenerator generator(parameters, model::Dtype::bf16);
  const auto run = [&] {
    return generator->generate(groups, sampling, 3, RandomStream::rollout).completions[0][0].ids;
  };
  const device::GpuMemory memory = device::gpu_memory(generator.device());
  const std::vector<std::int32_t> before = run();
  EXPECT_EQ(run(), before);
  parameters.view("model.layers.1.mlp.down_proj.weight").mul_(-3.0);
  generator.upload(parameters);
  const std::vector<std::int32_t> after = run();
  EXPECT_NE(after, before);
  EXPECT_EQ(device::gpu_memory(generator.device()).taken, memory.taken);
  EXPECT_EQ(device::gpu_memory(generator.device()).peak, memory.peak);
}

TEST_F(GpuGeneration, StopStringsAndStopTokensEndCompletions) {
  sampling.greedy = true;
  sampling.max_new_tokens = 20;
  const auto decode = [](const std::vector<std::int32_t>& ids) {
    std::string text;
    for (const std::int32_t id : ids) { text.append("<").append(std::to_string(id)).append(">"); }
    return text;
  };
  const auto run = [&](const std::vector<std::int32_t>& stop_ids) {
    return GpuGenerator(parameters, model::Dtype::fp32, test::gpu_options(), stop_ids, decode)
        ->generate(groups, sampling, 3, RandomStream::rollout)
        .completions[0][0];
  };
  const Completion whole = run({});
  EXPECT_EQ(whole.finish, text::Finish::length);
  const Completion by_token = run({whole.ids[9]});
  EXPECT_EQ(by_token.finish, text::Finish::stop);
  EXPECT_EQ(by_token.ids.back(), whole.ids[9]);
  sampling.stop = {decode({whole.ids[4], whole.ids[5]})};
  const Completion by_string = run({});
  EXPECT_EQ(by_string.finish, text::Finish::stop);
  EXPECT_LE(by_string.ids.size(), 6u);
}

TEST_F(GpuGeneration, NotFiniteLogitsNameGroupAndLayer) {
  parameters.view("model.layers.1.mlp.up_proj.weight").fill_(std::numeric_limits<float>::quiet_NaN());
  groups[0].draw = 77;
  for (const model::Dtype dtype : {model::Dtype::fp32, model::Dtype::bf16}) {
    GpuGenerator generator(parameters, dtype);
    const std::string message = srl::test::message_of<Error>(
        [&] { generator->generate(groups, sampling, 0, RandomStream::rollout); });
    EXPECT_NE(message.find("draw 77"), std::string::npos) << message;
    EXPECT_NE(message.find("layer 1"), std::string::npos) << message;
  }
}

TEST_F(GpuGeneration, RefusesSizesThatKernelsDoNotSupport) {
  model::ModelConfig config = gpu_config("LlamaForCausalLM");
  config.intermediate = 100;
  EXPECT_THROW(Generator::gpu_bytes(config, model::Dtype::bf16, {}), BadInput);
}

}  // namespace
}  // namespace srl::rollout
