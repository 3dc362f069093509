#pragma once
// The emulated side of device/tiles.hpp: tensor-core products, loads of their fragments from shared memory,
// and copies that run while a thread computes. Fragments are laid out as in the PTX ISA, "Matrix Fragments
// for mma.m16n8k16" and "ldmatrix".
#include <cstddef>
#include <cstdint>

#include "emulator/machine.hpp"

namespace srl::device {

void mma_16816(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
               emulator::Place where = emulator::Place::current());

void load_matrices(std::uint32_t (&r)[1], const void* row, emulator::Place = emulator::Place::current());
void load_matrices(std::uint32_t (&r)[2], const void* row, emulator::Place = emulator::Place::current());
void load_matrices(std::uint32_t (&r)[4], const void* row, emulator::Place = emulator::Place::current());
void load_matrices_transposed(std::uint32_t (&r)[1], const void* row,
                              emulator::Place = emulator::Place::current());
void load_matrices_transposed(std::uint32_t (&r)[2], const void* row,
                              emulator::Place = emulator::Place::current());
void load_matrices_transposed(std::uint32_t (&r)[4], const void* row,
                              emulator::Place = emulator::Place::current());

template <int bytes>
void copy_async(void* shared, const void* global, bool inside = true,
                emulator::Place where = emulator::Place::current()) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  emulator::copy_async(shared, global, bytes, inside ? bytes : 0, where);
}
inline void copy_async_commit() {
  emulator::copy_async_commit();
}
template <int groups_left>
void copy_async_wait() {
  emulator::copy_async_wait(groups_left);
}

}  // namespace srl::device
