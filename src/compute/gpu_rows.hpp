#pragma once
// Matrices, as the operations of this room take them: in the CPU's memory and in a GPU's.
#include <string>
#include <type_traits>

#include "base/rows.hpp"
#include "device/span.hpp"

namespace srl::compute {

/// A matrix in the CPU's memory that an operation only reads.
template <class T>
using Input = Rows<const std::type_identity_t<T>>;

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

  /// Columns [first, first + count) of every row. Throws Bug if they are not all inside, like from().
  GpuRows columns(std::int64_t first, std::int64_t count) const {
    check_inside(first, count, view.width);
    return GpuRows(view.columns(first, count));
  }
  /// Rows [first, first + count).
  GpuRows from(std::int64_t first, std::int64_t count) const {
    check_inside(first, count, view.rows);
    return GpuRows(view.from(first, count));
  }

 private:
  explicit GpuRows(const Rows<T>& of) : view(of) {}
  static void check_inside(std::int64_t first, std::int64_t count, std::int64_t all) {
    if (first < 0 || count < 0 || first > all - count) {
      throw Bug(std::to_string(first) + " to " + std::to_string(first + count) + " of " +
                std::to_string(all) + " rows or columns in device memory");
    }
  }
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
