#pragma once
// Rotary positions (Su et al. 2021): the two halves a, b of a head turn by the angles of the row's position.
//
//   (a, b) → (a c - b s, b c + a s)               x [rows, heads * head_dim], in place
//   c, s = cosine, sine [position[r]]             cosine, sine [positions, head_dim / 2], position [rows]
//
// The backward pass turns gradients back: direction -1. On the CPU in float and double. On a GPU elements of
// x are float or bf16 (T), angles and arithmetic fp32; each element is rounded once.
#include <cstdint>

#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

template <class T>
struct Rotation {
  const std::int32_t* position = nullptr;
  const T *cosine = nullptr, *sine = nullptr;
  std::int64_t head_dim = 0;
};

template <class T>
void rotate(Rows<T> x, const Rotation<T>& rotation, int direction);

/// In a GPU's memory.
struct GpuRotation {
  device::Span<const std::int32_t> position;
  device::Span<const float> cosine, sine;
  std::int64_t head_dim = 0;
};

/// On a GPU, in the stream's order. Throws Bug if shapes do not fit. Positions must be inside the tables.
template <class T>
void rotate(const device::Stream& stream, GpuRows<T> x, const GpuRotation& rotation, int direction);

}  // namespace srl::compute
