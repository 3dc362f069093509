#pragma once
// Tensors as the room compute takes them. Only for this room (needs ATen).
#include <ATen/ATen.h>

#include <type_traits>

#include "base/rows.hpp"

namespace srl::model {

/// A two-dimensional tensor of elements T, or of T without const.
template <class T>
Rows<T> matrix(const at::Tensor& tensor) {
  return {tensor.data_ptr<std::remove_const_t<T>>(), tensor.size(0), tensor.size(1), tensor.stride(0)};
}

template <class T>
const T* data(const at::Tensor& tensor) {
  return tensor.const_data_ptr<T>();
}

}  // namespace srl::model
