#include "compute/adamw.hpp"

#include <cmath>

namespace srl::compute {

template <class T>
AdamWStep<T>::AdamWStep(const AdamWSettings& settings, double learning_rate, double clip_factor,
                        std::int64_t step)
    : decay_factor(static_cast<T>(1 - learning_rate * settings.weight_decay)),
      beta1(static_cast<T>(settings.beta1)),
      beta2(static_cast<T>(settings.beta2)),
      one_minus_beta1(static_cast<T>(1 - settings.beta1)),
      one_minus_beta2(static_cast<T>(1 - settings.beta2)),
      step_size(static_cast<T>(learning_rate / (1 - std::pow(settings.beta1, static_cast<double>(step))))),
      correction2_root(static_cast<T>(std::sqrt(1 - std::pow(settings.beta2, static_cast<double>(step))))),
      eps(static_cast<T>(settings.eps)),
      factor(static_cast<T>(clip_factor)) {}

template <class T>
void adamw(const AdamWArrays<T>& arrays, std::size_t begin, std::size_t end, const AdamWStep<T>& c,
           bool decays) {
  const T decay = decays ? c.decay_factor : T{1};
  T *weights = arrays.weights, *first = arrays.first, *second = arrays.second;
  const T* gradients = arrays.gradients;
  for (std::size_t i = begin; i < end; ++i) {
    const T g = gradients[i] * c.factor;
    T w = weights[i] * decay;
    first[i] = first[i] * c.beta1 + g * c.one_minus_beta1;
    second[i] = second[i] * c.beta2 + g * g * c.one_minus_beta2;
    w -= c.step_size * first[i] / (std::sqrt(second[i]) / c.correction2_root + c.eps);
    weights[i] = w;
  }
}

template struct AdamWStep<float>;
template struct AdamWStep<double>;
template void adamw(const AdamWArrays<float>&, std::size_t, std::size_t, const AdamWStep<float>&, bool);
template void adamw(const AdamWArrays<double>&, std::size_t, std::size_t, const AdamWStep<double>&, bool);

}  // namespace srl::compute
