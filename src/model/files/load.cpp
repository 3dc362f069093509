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

std::string first_nonfinite(const Parameters& parameters) {
  for (std::size_t i = 0; i < parameters.layout().size(); ++i) {
    if (!at::isfinite(parameters.view(i)).all().item<bool>()) { return parameters.layout()[i].name; }
  }
  return "";
}

}  // namespace srl::model
