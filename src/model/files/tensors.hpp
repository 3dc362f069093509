#pragma once
// The tensors of a model folder's weight files, one after the other, so that no caller needs memory for all
// of them. Only for .cpp files of this room (needs ATen).
#include <ATen/ATen.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "model/files/safetensors.hpp"
#include "model/parameters.hpp"

namespace srl::model {

/// A tensor in its file, and its index in the layout.
using OnTensor = std::function<void(const SafetensorsFile&, const SafetensorsEntry&, std::size_t)>;
/// Calls `on_tensor` for every tensor of the layout. BadInput naming file and tensor when one is missing,
/// unexpected or has a wrong shape.
void for_each_tensor(const std::filesystem::path& model_folder, const ModelConfig& config,
                     const std::vector<ParameterInfo>& layout, const OnTensor& on_tensor);
std::string shape_text(const std::vector<std::int64_t>& shape);  ///< [3, 4]
/// Elements between two calls of `tick`.
inline constexpr std::int64_t tick_elements = std::int64_t{1} << 22;
/// Converts elements [begin, begin + target.numel()) of a stored tensor to the target's type. `tick` is
/// called after each piece of at most tick_elements.
void copy_elements(const SafetensorsFile& file, const SafetensorsEntry& entry, std::int64_t begin,
                   const at::Tensor& target, const std::function<void()>& tick = {});

}  // namespace srl::model
