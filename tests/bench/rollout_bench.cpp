// Compares generation with its matrix products alone: the same forwards (rows, logits rows), each layer with
// its own weights, and the head. The two sides run in turn. The weights are random, in SmolLM2-135M's shape.
//   rollout_bench [PROMPT TOKENS] [THREADS] [PROMPTS] [COMPLETIONS] [NEW TOKENS] [SPREAD] [serve]
// Prompts have PROMPT TOKENS ± SPREAD tokens. With "serve" it generates once for each line on stdin and
// prints the seconds, so that peers/rollout_bench.py can alternate it with transformers.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "base/random.hpp"
#include "base/timer.hpp"
#include "bench/rollout_products.hpp"
#include "rollout/generate.hpp"
#include "support/model_shapes.hpp"

int main(int argc, char** argv) {
  const auto argument = [&](int index, std::int64_t fallback) {
    return index < argc ? std::atoll(argv[index]) : fallback;
  };
  const std::int64_t prompt = argument(1, 110), prompts = argument(3, 16), answers = argument(4, 8),
                     spread = argument(6, 0);
  srl::ThreadPool pool(static_cast<int>(argument(2, 2)));
  srl::rollout::SamplingOptions sampling;
  sampling.max_new_tokens = argument(5, 48);
  const srl::model::Parameters parameters =
      srl::model::random_parameters(srl::test::smollm2(), srl::model::Dtype::fp32, 1);
  std::vector<srl::rollout::Group> groups;
  for (std::int64_t g = 0; g < prompts; ++g) {
    srl::rollout::Group group{{}, g, answers, 0};
    const std::int64_t length = prompt - spread + g * 7 % (2 * spread + 1);
    for (std::int64_t i = 0; i < length; ++i) {
      group.prompt.push_back(static_cast<std::int32_t>(srl::random_words(2, srl::RandomStream::order,
                                                                         static_cast<std::uint64_t>(g), 0,
                                                                         static_cast<std::uint32_t>(i))
                                                           .words[0] %
                                                       49152));
    }
    groups.push_back(std::move(group));
  }
  srl::rollout::RolloutOptions options;
  srl::rollout::Generator generator(parameters, {}, options, pool);
  generator.generate({{{1, 2, 3}, 0, 1, 0}}, sampling, 0,
                     srl::RandomStream::rollout);  // warm-up: the test of rows, first use of memory
  if (argc > 7 && std::string(argv[7]) == "serve") {
    for (std::string line; std::getline(std::cin, line);) {
      const srl::Timer timer;
      generator.generate(groups, sampling, 0, srl::RandomStream::rollout);
      std::printf("%.3f\n", timer.seconds());
      std::fflush(stdout);
    }
    return 0;
  }
  std::vector<double> ratios;
  for (int round = 0; round < 5; ++round) {
    const srl::Timer timer;
    const auto generated = generator.generate(groups, sampling, 0, srl::RandomStream::rollout);
    const double all = timer.seconds(),
                 only = srl::test::rollout_products(parameters, generated.figures.forwards);
    const auto& f = generated.figures;
    std::printf(
        "round %d: %lld tokens, %.2f s = %.0f tokens/s (prefill %.2f, decode %.2f, sampling %.2f s); "
        "products only %.2f s; ratio %.2f (limit 1.43); "
        "rows equal: %s\n",
        round, static_cast<long long>(f.generated_tokens), all, static_cast<double>(f.generated_tokens) / all,
        f.prefill_seconds, f.decode_seconds, f.sampling_seconds, only, all / only,
        f.rows_equal ? "yes" : "no");
    std::fflush(stdout);
    ratios.push_back(all / only);
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("ratio to the products alone: median %.2f, %.2f to %.2f over %zu rounds (limit 1.43)\n",
              ratios[ratios.size() / 2], ratios.front(), ratios.back(), ratios.size());
  return 0;
}
