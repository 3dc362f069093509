#pragma once
// Conversion between our element types and LibTorch's. Only for .cpp files of this room (needs ATen).
#include <ATen/ATen.h>

#include <string_view>

#include "model/parameters.hpp"

namespace srl::model {

inline at::ScalarType scalar_type(Dtype dtype) {
  return dtype == Dtype::fp64 ? at::kDouble : dtype == Dtype::bf16 ? at::kBFloat16 : at::kFloat;
}
inline std::int64_t element_bytes(Dtype dtype) {
  return dtype == Dtype::fp64 ? 8 : dtype == Dtype::bf16 ? 2 : 4;
}
/// The name in a safetensors header and in config.json.
inline std::string_view safetensors_name(Dtype dtype) {
  return dtype == Dtype::fp64 ? "F64" : dtype == Dtype::bf16 ? "BF16" : "F32";
}
inline std::string_view config_name(Dtype dtype) {
  return dtype == Dtype::fp64 ? "float64" : dtype == Dtype::bf16 ? "bfloat16" : "float32";
}

}  // namespace srl::model
