#pragma once
// What tensor cores and asynchronous copies need, one function for each instruction; the project's only
// inline PTX is here. All lanes of a warp call mma_16816 and load_matrices together. Fragments are laid out
// as in the PTX ISA ("Matrix Fragments for mma.m16n8k16", "ldmatrix"): with group = lane / 4 and t = lane % 4
//   a[0], a[1]  rows group and group + 8, columns 2 t and 2 t + 1; a[2], a[3] the same with 8 columns more
//   b[0], b[1]  rows 2 t and 2 t + 1 of column group; b[1] with 8 rows more
//   d[0], d[1]  row group, columns 2 t and 2 t + 1; d[2], d[3] row group + 8
#if defined(__CUDACC__)
#include <cstddef>
#include <cstdint>

namespace srl::device {

/// d [16, 8] += a [16, 16] b [16, 8]; a and b in bf16, two to a register, d in fp32.
__device__ inline void mma_16816(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

__device__ inline unsigned address_in_shared(const void* pointer) {
  return static_cast<unsigned>(__cvta_generic_to_shared(pointer));
}

// load_matrices(r, row): matrices of 8 x 8 elements of 16 bits from shared memory: lane 8 m + i gives the
// address of row i of matrix m (16 bytes, aligned). r[m] gets elements 2 t and 2 t + 1 of row group.
// load_matrices_transposed(r, row): the same with rows and columns exchanged: r[m] gets elements 2 t and
// 2 t + 1 of column group.
#define SRL_LOAD_MATRICES(count, operands, ...)                                                \
  __device__ inline void load_matrices(std::uint32_t(&r)[count], const void* row) {            \
    asm volatile("ldmatrix.sync.aligned.m8n8.x" #count ".shared.b16 " operands ";"             \
                 : __VA_ARGS__                                                                 \
                 : "r"(address_in_shared(row))                                                 \
                 : "memory");                                                                  \
  }                                                                                            \
  __device__ inline void load_matrices_transposed(std::uint32_t(&r)[count], const void* row) { \
    asm volatile("ldmatrix.sync.aligned.m8n8.x" #count ".trans.shared.b16 " operands ";"       \
                 : __VA_ARGS__                                                                 \
                 : "r"(address_in_shared(row))                                                 \
                 : "memory");                                                                  \
  }
SRL_LOAD_MATRICES(1, "{%0}, [%1]", "=r"(r[0]))
SRL_LOAD_MATRICES(2, "{%0,%1}, [%2]", "=r"(r[0]), "=r"(r[1]))
SRL_LOAD_MATRICES(4, "{%0,%1,%2,%3}, [%4]", "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3]))
#undef SRL_LOAD_MATRICES

/// Begins to copy 4, 8 or 16 bytes (aligned to their number) from global to shared memory, zeros where not
/// `inside`. They are there for this thread after copy_async_wait, for others after a barrier more.
template <int bytes>
__device__ inline void copy_async(void* shared, const void* global, bool inside = true) {
  static_assert(bytes == 4 || bytes == 8 || bytes == 16, "cp.async copies 4, 8 or 16 bytes");
  if constexpr (bytes == 16) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address_in_shared(shared)),
                 "l"(global), "r"(inside ? 16 : 0)
                 : "memory");
  } else {
    asm volatile("cp.async.ca.shared.global [%0], [%1], %2, %3;" ::"r"(address_in_shared(shared)),
                 "l"(global), "n"(bytes), "r"(inside ? bytes : 0)
                 : "memory");
  }
}
/// What was begun since the last call is a group of its own.
__device__ inline void copy_async_commit() {
  asm volatile("cp.async.commit_group;" ::: "memory");
}
/// Waits until at most the `groups_left` youngest groups of this thread are under way.
template <int groups_left>
__device__ inline void copy_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(groups_left) : "memory");
}

}  // namespace srl::device
#else
#include "emulator/tiles.hpp"
#endif
