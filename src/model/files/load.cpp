// Parameters from a Hugging Face folder's safetensors files.
#include <ATen/ATen.h>

#include "model/files/tensors.hpp"

namespace srl::model {

Parameters load_parameters(const std::filesystem::path& model_folder, const ModelConfig& config, Dtype dtype,
                           const std::function<void()>& tick) {
  Parameters parameters(config, dtype);
  for_each_tensor(model_folder, config, parameters.layout(),
                  [&](const SafetensorsFile& file, const SafetensorsEntry& entry, std::size_t index) {
                    copy_elements(file, entry, 0, parameters.view(index), tick);
                  });
  return parameters;
}

std::int64_t load_pieces(const ModelConfig& config) {
  std::int64_t pieces = 0;
  for (const ParameterInfo& parameter : parameter_layout(config)) {
    pieces += (static_cast<std::int64_t>(parameter.count) + tick_elements - 1) / tick_elements;
  }
  return pieces;
}

std::string first_nonfinite(const Parameters& parameters) {
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    if (!at::isfinite(parameters.view(i)).all().item<bool>()) { return parameters.layout()[i].name; }
  }
  return "";
}

}  // namespace srl::model
