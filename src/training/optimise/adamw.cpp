#include "training/optimise/adamw.hpp"

#include <algorithm>

namespace srl::training {
template <class T>
void adamw_step(std::span<T> weights, std::span<const T> gradients, Moments<T>& moments, std::size_t begin,
                const std::vector<model::ParameterInfo>& layout, const AdamWSettings& settings,
                double learning_rate, double factor, std::int64_t step, ThreadPool& pool) {
  const compute::AdamWArrays<T> arrays{weights.data(), gradients.data(), moments.first.data(),
                                       moments.second.data()};
  const compute::AdamWStep<T> numbers(settings, learning_rate, factor, step);
  for (const model::ParameterInfo& parameter : layout) {
    const std::size_t from = std::max(begin, static_cast<std::size_t>(parameter.offset));
    const std::size_t to =
        std::min(begin + weights.size(), static_cast<std::size_t>(parameter.offset + parameter.count));
    if (from >= to) { continue; }
    pool.for_range(to - from, std::size_t{1} << 16, [&](std::size_t low, std::size_t high) {
      const std::size_t at = from - begin;
      compute::adamw(arrays, at + low, at + high, numbers, parameter.decays);
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
