// Weights from a Hugging Face folder's safetensors files into a GPU's memory.
#include <ATen/ATen.h>

#include <algorithm>

#include "model/files/tensors.hpp"
#include "model/gpu_parameters.hpp"

namespace srl::model {

void load_gpu_weights(const std::filesystem::path& model_folder, const device::Stream& stream,
                      const GpuWeights& weights, const std::function<void()>& tick) {
  weights.clear(stream);
  const at::Tensor buffer = at::empty({tick_elements}, at::kFloat);
  for_each_tensor(model_folder, weights.config(), weights.layout(),
                  [&](const SafetensorsFile& file, const SafetensorsEntry& entry, std::size_t index) {
                    const ParameterInfo& info = weights.layout()[index];
                    for (std::int64_t at = 0; at < info.count; at += tick_elements) {
                      const at::Tensor piece = buffer.narrow(0, 0, std::min(tick_elements, info.count - at));
                      copy_elements(file, entry, at, piece, tick);
                      weights.upload_part(
                          stream, static_cast<std::size_t>(info.offset + at),
                          {piece.const_data_ptr<float>(), static_cast<std::size_t>(piece.numel())});
                    }
                  });
  stream.wait();
}

}  // namespace srl::model
