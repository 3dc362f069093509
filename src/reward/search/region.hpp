#pragma once
// A rectangle of the matrix a x b, and a run of equal elements in it.
#include <cstdint>

#include "base/host_device.hpp"

namespace srl::reward {

/// Rows [a_begin, a_end), columns [b_begin, b_end).
struct Region {
  std::int32_t a_begin = 0, a_end = 0, b_begin = 0, b_end = 0;
  SRL_HOST_DEVICE std::int32_t rows() const { return a_end - a_begin; }
  SRL_HOST_DEVICE std::int32_t columns() const { return b_end - b_begin; }
};

/// a[a, a+size) == b[b, b+size); size 0 = nothing found.
struct Run {
  std::int32_t a = 0, b = 0, size = 0;
};

}  // namespace srl::reward
