#pragma once
// A matrix in a GPU's memory, as the GPU functions of this room take it.
#include "base/rows.hpp"
#include "device/span.hpp"

namespace srl::compute {

/// rows x width elements, `stride` elements from one row to the next. Only kernels read or write `view`.
template <class T>
struct GpuRows {
  Rows<T> view;

  GpuRows(device::Span<T> memory, std::int64_t rows, std::int64_t width)
      : GpuRows(memory, rows, width, width) {}
  /// Throws Bug if the last row ends outside of `memory`.
  GpuRows(device::Span<T> memory, std::int64_t rows, std::int64_t width, std::int64_t stride)
      : view(memory.data(), rows, width, stride) {
    const std::int64_t end = rows > 0 ? (rows - 1) * stride + width : 0;
    if (rows < 0 || width < 0 || stride < width || end > static_cast<std::int64_t>(memory.size())) {
      throw Bug(std::to_string(rows) + " rows of " + std::to_string(width) + " (stride " +
                std::to_string(stride) + ") in " + std::to_string(memory.size()) +
                " elements of device memory");
    }
  }
  /// A matrix that may be written converts to one that is only read.
  template <class U>
    requires(std::is_same_v<const U, T> && !std::is_const_v<U>)
  GpuRows(const GpuRows<U>& other) : view(other.view) {}
};

/// Throws Bug if the shapes differ.
template <class T, class U>
void check_same_shape(const GpuRows<T>& a, const GpuRows<U>& b) {
  if (a.view.rows != b.view.rows || a.view.width != b.view.width) {
    throw Bug("matrices of " + std::to_string(a.view.rows) + " x " + std::to_string(a.view.width) + " and " +
              std::to_string(b.view.rows) + " x " + std::to_string(b.view.width) + " in one kernel");
  }
}

}  // namespace srl::compute
