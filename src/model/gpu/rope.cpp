#include <vector>

#include "device/memory.hpp"
#include "model/gpu_rope.hpp"

namespace srl::model {

void GpuRope::upload(const device::Stream& stream, const ModelConfig& config) const {
  const RopeTable table = rope_table(config);
  std::vector<double> of_cosine(static_cast<std::size_t>(head_dim / 2)), of_sine(of_cosine);
  std::vector<float> cosines, sines;
  for (std::int64_t p = 0; p < positions; ++p) {
    rope_row(table, p, of_cosine.data(), of_sine.data());
    cosines.insert(cosines.end(), of_cosine.begin(), of_cosine.end());
    sines.insert(sines.end(), of_sine.begin(), of_sine.end());
  }
  device::upload(stream, cosine, std::span(cosines));
  device::upload(stream, sine, std::span(sines));
}

}  // namespace srl::model
