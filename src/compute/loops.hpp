#pragma once
// Loops over the rows and columns of a matrix in the CPU's memory, on all threads.
#include <algorithm>

#include "base/rows.hpp"
#include "compute/parallel.hpp"

namespace srl::compute {

/// Calls body(r) for every row. Each thread gets enough rows that starting it is worthwhile.
template <class T, class F>
void each_row(const Rows<T>& x, F&& body) {
  const std::int64_t grain = std::max<std::int64_t>(1, 16384 / std::max<std::int64_t>(1, x.width));
  parallel_for(x.rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t r = begin; r < end; ++r) { body(r); }
  });
}

/// body(begin, end, slice) over [0, count), slice in [0, compute_threads()), with at most count / grain
/// slices (rounded up). The slice selects scratch memory.
template <class F>
void parallel_slices(std::int64_t count, std::int64_t grain, F&& body) {
  const std::int64_t slices = std::min<std::int64_t>(compute_threads(), (count + grain - 1) / grain);
  parallel_for(slices, 1, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t slice = first; slice < last; ++slice) {
      body(count * slice / slices, count * (slice + 1) / slices, slice);
    }
  });
}
/// Rows of a slice, so that starting a thread for them is worthwhile.
inline std::int64_t grain_for(std::int64_t floats_per_row) {
  return std::max<std::int64_t>(1, 16384 / floats_per_row);
}

/// Calls body(first, last) for blocks of columns. Sums over rows are split by columns, so that each sum has a
/// fixed order.
template <class F>
void each_column_block(std::int64_t width, F&& body) {
  constexpr std::int64_t columns = 64;
  parallel_for((width + columns - 1) / columns, 1, [&](std::int64_t begin, std::int64_t end) {
    body(begin * columns, std::min(width, end * columns));
  });
}

}  // namespace srl::compute
