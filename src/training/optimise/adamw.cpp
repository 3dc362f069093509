#include "training/optimise/adamw.hpp"

#include <algorithm>
#include <cmath>

namespace srl::training {
namespace {

template <class T>
struct Constants {
  T decay_factor, beta1, beta2, one_minus_beta1, one_minus_beta2, step_size, correction2_root, eps, factor;
};

template <class T>
void step_range(T* weights, const T* gradients, T* first, T* second, std::size_t count, const Constants<T>& c,
                T decay) {
  for (std::size_t i = 0; i < count; ++i) {
    const T g = gradients[i] * c.factor;
    T w = weights[i] * decay;
    first[i] = first[i] * c.beta1 + g * c.one_minus_beta1;
    second[i] = second[i] * c.beta2 + g * g * c.one_minus_beta2;
    w -= c.step_size * first[i] / (std::sqrt(second[i]) / c.correction2_root + c.eps);
    weights[i] = w;
  }
}

}  // namespace

template <class T>
void adamw_step(std::span<T> weights, std::span<const T> gradients, Moments<T>& moments, std::size_t begin,
                const std::vector<model::ParameterInfo>& layout, const AdamWSettings& settings,
                double learning_rate, double factor, std::int64_t step, ThreadPool& pool) {
  const double correction1 = 1 - std::pow(settings.beta1, static_cast<double>(step));
  const double correction2 = 1 - std::pow(settings.beta2, static_cast<double>(step));
  const Constants<T> constants{static_cast<T>(1 - learning_rate * settings.weight_decay),
                               static_cast<T>(settings.beta1),
                               static_cast<T>(settings.beta2),
                               static_cast<T>(1 - settings.beta1),
                               static_cast<T>(1 - settings.beta2),
                               static_cast<T>(learning_rate / correction1),
                               static_cast<T>(std::sqrt(correction2)),
                               static_cast<T>(settings.eps),
                               static_cast<T>(factor)};
  for (const model::ParameterInfo& parameter : layout) {
    const std::size_t from = std::max(begin, static_cast<std::size_t>(parameter.offset));
    const std::size_t to =
        std::min(begin + weights.size(), static_cast<std::size_t>(parameter.offset + parameter.count));
    if (from >= to) { continue; }
    const T decay = parameter.decays ? constants.decay_factor : T{1};
    pool.for_range(to - from, std::size_t{1} << 16, [&](std::size_t low, std::size_t high) {
      const std::size_t at = from - begin + low;
      step_range(weights.data() + at, gradients.data() + at, moments.first.data() + at,
                 moments.second.data() + at, high - low, constants, decay);
    });
  }
}

template void adamw_step(std::span<float>, std::span<const float>, Moments<float>&, std::size_t,
                         const std::vector<model::ParameterInfo>&, const AdamWSettings&, double, double,
                         std::int64_t, ThreadPool&);
template void adamw_step(std::span<double>, std::span<const double>, Moments<double>&, std::size_t,
                         const std::vector<model::ParameterInfo>&, const AdamWSettings&, double, double,
                         std::int64_t, ThreadPool&);

}  // namespace srl::training
