#include "training/optimise/flops.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <set>

#include "base/timer.hpp"

namespace srl::training {

double training_flops(const model::ModelConfig& config, const model::Pack& pack) {
  const auto real = [](std::int64_t value) { return static_cast<double>(value); };
  const double queries = real(config.heads * config.head_dim), keys = real(config.kv_heads * config.head_dim),
               hidden = real(config.hidden);
  const double layer = hidden * (2 * queries + 2 * keys) + 3 * hidden * real(config.intermediate);
  double attention = 0;  // scores and weighted values: each token attends to the tokens before it
  for (const model::Segment& s : pack.segments) {
    attention += 2 * queries * real(s.length) * (real(s.position) + 0.5 * real(s.length));
  }
  const std::set<std::int64_t> rows(pack.rows.begin(), pack.rows.end());
  const double forward = 2 * (real(config.layers) * (layer * real(std::ssize(pack.ids)) + attention) +
                              hidden * real(config.vocab) * static_cast<double>(rows.size()));
  return 3 * forward;
}

double product_rate(bool fp64) {
  constexpr std::int64_t size = 1024;
  const auto options = at::TensorOptions().dtype(fp64 ? at::kDouble : at::kFloat);
  const at::Tensor a = at::ones({size, size}, options), b = at::ones({size, size}, options);
  at::Tensor c = at::mm(a, b);  // the first product also starts the threads
  double best = 0;
  for (int i = 0; i < 3; ++i) {
    const Timer timer;
    at::mm_out(c, a, b);
    best = std::max(best, 2.0 * size * size * size / timer.seconds());
  }
  return best;
}

}  // namespace srl::training
