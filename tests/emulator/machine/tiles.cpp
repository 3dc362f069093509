#include "emulator/tiles.hpp"

#include <cstring>
#include <string>

#include "emulator/machine/state.hpp"

namespace srl::device {
namespace {

using emulator::Place;
using emulator::Records;
using emulator::warp_size;

float float_of(std::uint32_t pair, unsigned half) {
  const std::uint32_t bits = half == 0 ? pair << 16 : pair & 0xffff0000u;
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

[[noreturn]] void lane_fault(unsigned lane, const std::string& what, Place where) {
  const emulator::Machine& m = emulator::machine;
  emulator::fault_of(m.threads[m.current->warp * warp_size + lane], what + " at " + emulator::text_of(where));
}

void need_all_lanes(unsigned present, const char* word, Place where) {
  if (present != ~0u) { emulator::fault(std::string(word) + ": not all lanes of the warp take part", where); }
}

struct ProductRecord {
  float* d;
  const std::uint32_t* a;
  const std::uint32_t* b;
};

/// A lane is 4 * group + thread. a[r]: rows group and group + 8 (r odd), columns 2 * thread, + 1, and 8 more
/// (r above 1); b[r]: rows 2 * thread, + 1, and 8 more (r odd), column group; d: as a's first two, columns
/// 2 * thread, + 1.
void complete_product(unsigned present, Records records, Place where) {
  need_all_lanes(present, "mma_16816", where);
  float a[16][16], b[8][16];
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    const unsigned group = lane / 4, thread = lane % 4;
    const auto& record = *static_cast<const ProductRecord*>(records[lane]);
    for (unsigned r = 0; r < 4; ++r) {
      for (unsigned half = 0; half < 2; ++half) {
        a[group + r % 2 * 8][2 * thread + half + r / 2 * 8] = float_of(record.a[r], half);
        if (r < 2) { b[group][2 * thread + half + r * 8] = float_of(record.b[r], half); }
      }
    }
  }
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    const unsigned group = lane / 4, thread = lane % 4;
    float* const d = static_cast<const ProductRecord*>(records[lane])->d;
    for (unsigned i = 0; i < 4; ++i) {
      const float* const row = a[group + i / 2 * 8];
      const float* const column = b[2 * thread + i % 2];
      float sum = d[i];
      for (unsigned k = 0; k < 16; ++k) { sum += row[k] * column[k]; }
      d[i] = sum;
    }
  }
}

struct LoadRecord {
  std::uint32_t* r;
  const void* row;
};

/// Lane 8 m + i gives the address of row i of matrix m (8 x 8, 16 bits each). Of matrix m, r[m] holds two
/// neighbours of row lane / 4, or, transposed, of column lane / 4.
template <unsigned count, bool transposed>
void complete_load(unsigned present, Records records, Place where) {
  need_all_lanes(present, "load_matrices", where);
  std::uint16_t rows[8 * count][8];
  for (unsigned lane = 0; lane < 8 * count; ++lane) {
    const void* const row = static_cast<const LoadRecord*>(records[lane])->row;
    if (!emulator::in_shared(row, 16)) {
      lane_fault(lane, "load_matrices of what is not shared memory", where);
    }
    if (reinterpret_cast<std::uintptr_t>(row) % 16 != 0) {
      lane_fault(lane, "load_matrices of a row that is not aligned to 16 bytes", where);
    }
    const emulator::Machine& m = emulator::machine;
    note(emulator::Access::read, row, 16, m.current->warp * warp_size + lane, where);
    std::memcpy(rows[lane], row, 16);
  }
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    const unsigned group = lane / 4, pair = lane % 4 * 2;
    for (unsigned matrix = 0; matrix < count; ++matrix) {
      const auto at = [&](unsigned k) -> std::uint32_t {
        return transposed ? rows[8 * matrix + pair + k][group] : rows[8 * matrix + group][pair + k];
      };
      static_cast<const LoadRecord*>(records[lane])->r[matrix] = at(0) | at(1) << 16;
    }
  }
}

template <unsigned count, bool transposed>
void load(std::uint32_t (&r)[count], const void* row, Place where) {
  LoadRecord record{r, row};
  emulator::meet(~0u, "load_matrices", &record, complete_load<count, transposed>, where);
}

}  // namespace

void mma_16816(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], Place where) {
  ProductRecord record{d, a, b};
  emulator::meet(~0u, "mma_16816", &record, complete_product, where);
}

void load_matrices(std::uint32_t (&r)[1], const void* row, Place where) {
  load<1, false>(r, row, where);
}
void load_matrices(std::uint32_t (&r)[2], const void* row, Place where) {
  load<2, false>(r, row, where);
}
void load_matrices(std::uint32_t (&r)[4], const void* row, Place where) {
  load<4, false>(r, row, where);
}
void load_matrices_transposed(std::uint32_t (&r)[1], const void* row, Place where) {
  load<1, true>(r, row, where);
}
void load_matrices_transposed(std::uint32_t (&r)[2], const void* row, Place where) {
  load<2, true>(r, row, where);
}
void load_matrices_transposed(std::uint32_t (&r)[4], const void* row, Place where) {
  load<4, true>(r, row, where);
}

}  // namespace srl::device
