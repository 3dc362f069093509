#pragma once
// AdamW (compute/adamw.hpp) on a slice of the flat parameters.
#include <cstdint>
#include <span>
#include <vector>

#include "base/thread_pool.hpp"
#include "compute/adamw.hpp"
#include "model/parameters.hpp"

namespace srl::training {

using compute::AdamWSettings;

/// First and second moments of the slice, [slice].
template <class T>
struct Moments {
  std::vector<T> first, second;
};

/// One step on elements [begin, begin + weights.size()) of the flat buffer that `layout` describes. Only
/// parameters with `decays` decay. `step` starts at 1. Gradients are first multiplied by `factor` (the norm
/// clip). Works element by element, so any cut into slices and any number of threads give the same bits.
template <class T>
void adamw_step(std::span<T> weights, std::span<const T> gradients, Moments<T>& moments, std::size_t begin,
                const std::vector<model::ParameterInfo>& layout, const AdamWSettings& settings,
                double learning_rate, double factor, std::int64_t step, ThreadPool& pool);

}  // namespace srl::training
