#include "compute/adamw.hpp"
#include "compute/gpu/check.hpp"
#include "compute/gpu/vectors.hpp"

namespace srl::compute {
namespace {

constexpr unsigned threads = 256;
constexpr int most_lanes = 4;

/// One thread per `lanes` elements.
template <int lanes>
__global__ void adamw_kernel(float* master, Bf16* weights, const float* gradients, float* first,
                             float* second, std::int64_t count, AdamWStep<float> c, float decay) {
  const std::int64_t begin = first_index<lanes>();
  if (begin >= count) { return; }
  Vector<float, lanes> w = load<lanes>(master + begin), m = load<lanes>(first + begin),
                       v = load<lanes>(second + begin);
  const Vector<float, lanes> of_loss = load<lanes>(gradients + begin);
  Vector<Bf16, lanes> lower;
  for (int i = 0; i < lanes; ++i) {
    const float g = of_loss.at[i] * c.factor;
    m.at[i] = m.at[i] * c.beta1 + g * c.one_minus_beta1;
    v.at[i] = v.at[i] * c.beta2 + g * g * c.one_minus_beta2;
    w.at[i] = w.at[i] * decay - c.step_size * m.at[i] / (sqrtf(v.at[i]) / c.correction2_root + c.eps);
    lower.at[i] = device::to_bf16(w.at[i]);
  }
  store(master + begin, w);
  store(first + begin, m);
  store(second + begin, v);
  if (weights != nullptr) { store(weights + begin, lower); }
}

template <int lanes>
void launch_adamw(const device::Stream& stream, const GpuAdamWArrays& a, std::size_t begin, std::size_t end,
                  const AdamWStep<float>& step, float decay) {
  if (begin == end) { return; }
  const std::size_t count = end - begin;
  device::launch<adamw_kernel<lanes>>(
      stream, {device::blocks_for(count / lanes, threads), threads}, a.master.data() + begin,
      a.weights.empty() ? nullptr : a.weights.data() + begin, a.gradients.data() + begin,
      a.first.data() + begin, a.second.data() + begin, static_cast<std::int64_t>(count), step, decay);
}

}  // namespace

void adamw(const device::Stream& stream, const GpuAdamWArrays& arrays, const AdamWStep<float>& step,
           bool decays) {
  const std::size_t count = arrays.master.size();
  check_size("AdamW", arrays.gradients.size(), count, "gradients");
  check_size("AdamW", arrays.first.size(), count, "first moments");
  check_size("AdamW", arrays.second.size(), count, "second moments");
  if (!arrays.weights.empty()) { check_size("AdamW", arrays.weights.size(), count, "bf16 weights"); }
  const bool at_once =
      moves_at_once<most_lanes>(arrays.master.data()) && moves_at_once<most_lanes>(arrays.gradients.data()) &&
      moves_at_once<most_lanes>(arrays.first.data()) && moves_at_once<most_lanes>(arrays.second.data()) &&
      moves_at_once<most_lanes>(arrays.weights.data());
  const std::size_t whole = at_once ? count / most_lanes * most_lanes : 0;
  const float decay = decays ? step.decay_factor : 1.0F;
  launch_adamw<most_lanes>(stream, arrays, 0, whole, step, decay);
  launch_adamw<1>(stream, arrays, whole, count, step, decay);
}

}  // namespace srl::compute
