#include "model/pack.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "base/error.hpp"
#include "model/parallel.hpp"
#include "pack_case.hpp"
#include "reference_forward.hpp"

namespace srl::model {
namespace {

class EachArchitecture : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Architectures, EachArchitecture, testing::Values("llama", "qwen2", "qwen3"));

TEST_P(EachArchitecture, LogitsEqualDenseMaskedAttention) {
  const Parameters parameters = lively_parameters(config_of(GetParam()), Dtype::fp64);
  const Pack pack = tree_pack(parameters.config().vocab);
  std::vector<std::int64_t> rows(pack.ids.size());
  std::iota(rows.begin(), rows.end(), 0);
  const std::vector<float> logits = PackModel(parameters).logits(pack, rows);
  const at::Tensor expected = reference_logits(parameters, pack).contiguous();
  for (std::int64_t i = 0; i < expected.numel(); ++i) {
    ASSERT_NEAR(static_cast<double>(logits[i]), expected.data_ptr<double>()[i], 2e-6) << "element " << i;
  }
}

TEST_P(EachArchitecture, PredictionsAreThoseOfTheSoftmaxAtTheTemperature) {
  const Parameters parameters = lively_parameters(config_of(GetParam()), Dtype::fp64);
  const Pack pack = tree_pack(parameters.config().vocab);
  const Predictions predictions = PackModel(parameters).forward(pack, {.temperature = 0.7});
  const at::Tensor logp = at::log_softmax(reference_logits(parameters, pack) / 0.7, -1);
  for (std::size_t i = 0; i < pack.rows.size(); ++i) {
    const at::Tensor row = logp[pack.rows[i]];
    EXPECT_NEAR(predictions.logprob[i], row[pack.targets[i]].item<double>(), 1e-12);
    EXPECT_NEAR(predictions.entropy[i], -(row.exp() * row).sum().item<double>(), 1e-12);
  }
}

TEST_P(EachArchitecture, GradientsOfAllTensorsEqualFiniteDifferences) {
  Parameters parameters = lively_parameters(config_of(GetParam()), Dtype::fp64);
  const Pack pack = tree_pack(parameters.config().vocab);
  const ForwardOptions options{.temperature = 1.3, .head_chunk = 3};
  PackModel model(parameters);
  Parameters gradients(parameters.config(), Dtype::fp64);
  model.forward_backward(pack, options, gradients_of, gradients);
  std::mt19937_64 engine(11);
  std::normal_distribution<double> normal;
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    for (int direction = 0; direction < 20; ++direction) {
      at::Tensor step = at::empty(parameters.view(i).sizes(), at::kDouble);
      for (std::int64_t j = 0; j < step.numel(); ++j) { step.data_ptr<double>()[j] = normal(engine); }
      step.div_(step.norm());
      at::Tensor view = parameters.view(i);
      const at::Tensor before = view.clone();
      constexpr double h = 1e-4;
      // Fourth-order central differences, because the error of second-order ones would be near the tolerance.
      const auto at_step = [&](double distance) {
        view.copy_(before + step * distance);
        return loss_of(model.forward(pack, options));
      };
      const double numeric = (8 * (at_step(h) - at_step(-h)) - (at_step(2 * h) - at_step(-2 * h))) / (12 * h);
      view.copy_(before);
      const double analytic = (gradients.view(i) * step).sum().item<double>();
      const double size =
          gradients.view(i).norm().item<double>() / std::sqrt(static_cast<double>(step.numel()));
      ASSERT_NEAR(analytic, numeric, 1e-6 * std::max(size, std::abs(numeric)) + 1e-11)
          << parameters.layout()[i].name;
    }
  }
}

TEST_P(EachArchitecture, ASharedPromptGivesWhatSeparateSequencesGive) {
  const Parameters parameters = lively_parameters(config_of(GetParam()), Dtype::fp64);
  const std::vector<std::int32_t> prompt = {3, 9, 4, 12, 30};
  const std::vector<std::vector<std::int32_t>> answers = {{1, 2, 3}, {7, 8, 9}, {5}, {4, 4, 20, 21}};
  const auto add = [](Pack& pack, std::int64_t row, std::int32_t target) {
    pack.rows.push_back(row);
    pack.targets.push_back(target);
  };
  Pack shared;
  shared.ids = prompt;
  shared.segments = {{0, 5, -1, 0}};
  std::vector<Pack> separate;
  for (const auto& answer : answers) {
    Pack alone;
    alone.ids = prompt;
    alone.ids.insert(alone.ids.end(), answer.begin(), answer.end());
    alone.segments = {{0, std::ssize(alone.ids), -1, 0}};
    const std::int64_t begin = std::ssize(shared.ids);
    for (std::int64_t i = 0; i < std::ssize(answer); ++i) {
      add(alone, 4 + i, answer[i]);
      add(shared, i == 0 ? 4 : begin + i - 1, answer[i]);
    }
    shared.ids.insert(shared.ids.end(), answer.begin(), answer.end());
    shared.segments.push_back({begin, std::ssize(answer), 0, 5});
    separate.push_back(alone);
  }
  PackModel model(parameters);
  Parameters together(parameters.config(), Dtype::fp64), apart(parameters.config(), Dtype::fp64);
  const auto plain = [](const Predictions& p) {
    return PredictionGradients{std::vector<double>(p.logprob.size(), 0.5), {}};
  };
  const Predictions packed = model.forward_backward(shared, {}, plain, together);
  std::size_t next = 0;
  for (const Pack& alone : separate) {
    for (const double logprob : model.forward_backward(alone, {}, plain, apart).logprob) {
      EXPECT_NEAR(packed.logprob[next++], logprob, 1e-12);
    }
  }
  EXPECT_LT(relative(together.flat(), apart.flat()), 1e-12);
}

TEST_P(EachArchitecture, RecomputationAndChunksChangeNothing) {
  const Parameters parameters = lively_parameters(config_of(GetParam()), Dtype::fp32);
  const Pack pack = tree_pack(parameters.config().vocab);
  PackModel model(parameters);
  const auto run = [&](const ForwardOptions& options) {
    Parameters gradients(parameters.config(), Dtype::fp32);
    model.forward_backward(pack, options, gradients_of, gradients);
    return gradients.flat().clone();
  };
  const at::Tensor plain = run({});
  EXPECT_TRUE(run({.recompute = Recompute::gate_up}).equal(plain));
  EXPECT_TRUE(run({.recompute = Recompute::layers}).equal(plain));
  EXPECT_LT(relative(run({.head_chunk = 2}), plain), 1e-6);
  Parameters wide(parameters.config(), Dtype::fp64);
  model.forward_backward(pack, {}, gradients_of, wide);
  EXPECT_LT(relative(wide.flat(), plain), 1e-6);
}

TEST_P(EachArchitecture, SinglePrecisionIsNearDoublePrecision) {
  const Parameters fine = lively_parameters(config_of(GetParam()), Dtype::fp64),
                   coarse = lively_parameters(config_of(GetParam()), Dtype::fp32);
  const Pack pack = tree_pack(fine.config().vocab);
  Parameters fine_gradients(fine.config(), Dtype::fp64), coarse_gradients(fine.config(), Dtype::fp32);
  PackModel(fine).forward_backward(pack, {}, gradients_of, fine_gradients);
  PackModel(coarse).forward_backward(pack, {}, gradients_of, coarse_gradients);
  for (std::size_t i = 0; i < fine.layout().size(); ++i) {
    EXPECT_LT(relative(coarse_gradients.view(i), fine_gradients.view(i)), 1e-5) << fine.layout()[i].name;
  }
}

TEST(PackModel, GradientsAddUpOverPacksAndRepeatBitForBit) {
  const Parameters parameters = lively_parameters(config_of("llama"), Dtype::fp32);
  const Pack pack = tree_pack(parameters.config().vocab);
  PackModel model(parameters);
  Parameters once(parameters.config(), Dtype::fp32), again(parameters.config(), Dtype::fp32);
  model.forward_backward(pack, {}, gradients_of, once);
  model.forward_backward(pack, {}, gradients_of, again);
  EXPECT_TRUE(once.flat().equal(again.flat()));
  model.forward_backward(pack, {}, gradients_of, again);
  EXPECT_LT(relative(again.flat(), once.flat() * 2), 1e-6);
}

TEST(PackModel, AnEmptyPackGivesNothingButAsksTheLoss) {
  const Parameters parameters = lively_parameters(config_of("llama"), Dtype::fp32);
  Parameters gradients(parameters.config(), Dtype::fp32);
  bool asked = false;
  PackModel(parameters)
      .forward_backward(
          Pack{}, {},
          [&](const Predictions& p) {
            asked = p.logprob.empty();
            return PredictionGradients{};
          },
          gradients);
  EXPECT_TRUE(asked);
  EXPECT_EQ(gradients.flat().abs().max().item<float>(), 0);
}

TEST(PackModel, GradientsInTheRoomOfTwoLayersAreThoseOfTheWholeBuffer) {
  for (const char* architecture : {"llama", "qwen3"}) {
    ModelConfig config = config_of(architecture);
    config.layers = 5;
    const Parameters parameters = lively_parameters(config, Dtype::fp64);
    const Pack pack = tree_pack(config.vocab);
    const auto loss = [](const Predictions& p) {
      return PredictionGradients{std::vector<double>(p.logprob.size(), 1.0), {}};
    };
    Parameters whole(config, Dtype::fp64), collected(config, Dtype::fp64),
        rolling = Parameters::two_layers_at_a_time(config, Dtype::fp64);
    PackModel model(parameters);
    model.forward_backward(pack, {}, loss, whole);
    const std::vector<Bucket> to = buckets_of(config, whole.layout()),
                              from = buckets_of(config, rolling.layout());
    std::vector<std::size_t> finished;
    const auto room = [&](std::size_t b) { return rolling.flat().narrow(0, from[b].offset, from[b].count); };
    model.forward_backward(pack, {}, loss, rolling,
                           {.before = [&](std::size_t b) { room(b).zero_(); },
                            .after =
                                [&](std::size_t b) {
                                  finished.push_back(b);
                                  collected.flat().narrow(0, to[b].offset, to[b].count).copy_(room(b));
                                }});
    EXPECT_LT(relative(collected.flat(), whole.flat()), 1e-14) << architecture;
    ASSERT_EQ(finished.size(), to.size());
    for (std::size_t i = 0; i < finished.size(); ++i) { EXPECT_EQ(finished[i], to.size() - 1 - i); }
    std::int64_t covered = 0;
    for (const Bucket& bucket : to) {
      EXPECT_EQ(std::exchange(covered, covered + bucket.count), bucket.offset);
    }
    EXPECT_EQ(covered, whole.elements());
    EXPECT_LT(rolling.elements(), whole.elements());
  }
}

TEST(PackModel, APackThatBreaksItsRulesIsRefused) {
  const Parameters parameters = lively_parameters(config_of("llama"), Dtype::fp32);
  PackModel model(parameters);
  const auto refuses = [&](const std::function<void(Pack&)>& damage) {
    Pack pack = tree_pack(parameters.config().vocab);
    damage(pack);
    EXPECT_THROW(model.forward(pack, {}), Bug);
  };
  refuses([](Pack& p) { p.segments[1].begin = 4; });
  refuses([](Pack& p) { p.segments[1].parent = 1; });
  refuses([](Pack& p) { p.segments.pop_back(); });
  refuses([](Pack& p) { p.segments[8].parent = 5; });  // three levels deep
  refuses([](Pack& p) { p.ids[0] = 37; });
  refuses([](Pack& p) { p.targets[0] = -1; });
  refuses([](Pack& p) { p.rows[0] = 99; });
  refuses([](Pack& p) { p.rows.pop_back(); });
}

}  // namespace
}  // namespace srl::model
