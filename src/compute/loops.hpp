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
