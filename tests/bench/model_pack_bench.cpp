// Compares forward and backward of a pack with its matrix products alone, in the same process. It measures
// processor time, so that other work on the machine disturbs less.
//   model_pack_bench [LAYERS] [PROMPT] [ANSWERS] [LENGTH] [THREADS]
#include <ATen/ATen.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "model/pack.hpp"
#include "model/parallel.hpp"
#include "support/model_shapes.hpp"

namespace {

using srl::model::Dtype;
using srl::model::Recompute;

srl::model::Pack make_pack(std::int64_t prompt, std::int64_t answers, std::int64_t length) {
  srl::model::Pack pack;
  const auto add = [&](std::int64_t count, std::int64_t parent) {
    const std::int64_t begin = std::ssize(pack.ids);
    pack.segments.push_back({begin, count, parent, parent < 0 ? 0 : prompt});
    for (std::int64_t i = 0; i < count; ++i) {
      pack.ids.push_back(static_cast<std::int32_t>((begin + i) * 7919 % 49152));
      if (parent < 0) { continue; }
      pack.rows.push_back(i == 0 ? prompt - 1 : begin + i - 1);
      pack.targets.push_back(pack.ids.back());
    }
  };
  add(prompt, -1);
  for (std::int64_t a = 0; a < answers; ++a) { add(length + a * 5, 0); }
  return pack;
}

double processor_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

template <class F>
double best_of(int times, F&& body) {
  double best = 1e30;
  for (int i = 0; i < times; ++i) {
    const double start = processor_seconds();
    body();
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

/// Computes every matrix product of forward and backward once, with the same shapes and transpositions.
void products(const srl::model::ModelConfig& c, std::int64_t tokens, std::int64_t rows,
              const std::vector<at::Tensor>& weights, std::vector<at::Tensor>& gradients, at::Tensor& a,
              at::Tensor& b) {
  const auto linear = [&](std::size_t w, std::int64_t m) {
    const std::int64_t out = weights[w].size(0), in = weights[w].size(1);
    at::Tensor x = a.narrow(0, 0, m * in).view({m, in}), y = b.narrow(0, 0, m * out).view({m, out});
    at::mm_out(y, x, weights[w].t());
    at::mm_out(x, y, weights[w]);
    at::addmm_out(gradients[w], gradients[w], y.t(), x);
  };
  for (std::int64_t l = 0; l < c.layers; ++l) {
    for (std::size_t w = 0; w < 4; ++w) { linear(w, tokens); }
  }
  linear(4, rows);
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, int fallback) {
    return static_cast<std::int64_t>(argc > i ? std::atoi(argv[i]) : fallback);
  };
  const srl::model::ModelConfig config = srl::test::smollm2(argument(1, 10));
  const srl::model::Pack pack = make_pack(argument(2, 256), argument(3, 8), argument(4, 80));
  srl::model::set_compute_threads(static_cast<int>(argument(5, 1)));
  const srl::model::Parameters parameters = srl::model::random_parameters(config, Dtype::fp32, 1);
  srl::model::Parameters gradients(config, Dtype::fp32);
  srl::model::PackModel model(parameters);
  const auto loss = [](const srl::model::Predictions& p) {
    return srl::model::PredictionGradients{std::vector<double>(p.logprob.size(), 1e-3), {}};
  };
  const auto tokens = std::ssize(pack.ids), rows = std::ssize(pack.rows);
  const auto run = [&](Recompute recompute) {
    model.forward_backward(pack, {.recompute = recompute}, loss, gradients);
  };
  run(Recompute::nothing);
  const double whole = best_of(3, [&] { run(Recompute::nothing); });
  const double recomputed = best_of(2, [&] { run(Recompute::layers); });
  const double forward = best_of(2, [&] { model.forward(pack, {}); });
  std::vector<at::Tensor> weights = {at::randn({960, 576}), at::randn({576, 576}), at::randn({3072, 576}),
                                     at::randn({576, 1536}), at::randn({49152, 576})};
  std::vector<at::Tensor> sums;
  for (const auto& w : weights) { sums.push_back(at::zeros_like(w)); }
  at::Tensor a = at::randn({tokens * 3072}), b = at::randn({std::max(tokens * 3072, rows * 49152)});
  products(config, tokens, rows, weights, sums, a, b);
  const double alone = best_of(3, [&] { products(config, tokens, rows, weights, sums, a, b); });
  std::printf(
      "tokens %ld, predictions %ld, layers %ld: forward+backward %.3f s, recomputing %.3f s, forward %.3f s, "
      "products alone %.3f s, ratio %.2f\n",
      static_cast<long>(tokens), static_cast<long>(rows), static_cast<long>(config.layers), whole, recomputed,
      forward, alone, whole / alone);
}
