#pragma once
// A non-owning view of a matrix. Kernels take it instead of a pointer, two sizes and a stride.
#include <cstdint>
#include <type_traits>

#include "base/host_device.hpp"

namespace srl {

template <class T>
struct Rows {
  T* data = nullptr;
  std::int64_t rows = 0, width = 0;
  std::int64_t stride = 0;  ///< elements from one row to the next

  Rows() = default;
  Rows(T* first, std::int64_t row_count, std::int64_t row_width)
      : Rows(first, row_count, row_width, row_width) {}
  Rows(T* first, std::int64_t row_count, std::int64_t row_width, std::int64_t row_stride)
      : data(first), rows(row_count), width(row_width), stride(row_stride) {}
  /// A writable matrix converts to a read-only one.
  operator Rows<const T>() const { return {data, rows, width, stride}; }

  SRL_HOST_DEVICE T* row(std::int64_t index) const { return data + index * stride; }
  /// Columns [first, first + count) of every row.
  Rows columns(std::int64_t first, std::int64_t count) const { return {data + first, rows, count, stride}; }
  /// Rows [first, first + count).
  Rows from(std::int64_t first, std::int64_t count) const { return {row(first), count, width, stride}; }
};

}  // namespace srl
