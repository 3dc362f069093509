#pragma once
// Rows of a table by id, forward and backward: the embedding, and picked rows of the residual stream.
//
//   out[r] = table[ids[r]]            x, out [rows, width], ids [rows], table [number of ids, width]
//   table[ids[r]] += x[r]             in the order of the rows where ids repeat
//
// On a GPU the backward gets the rows sorted by id (sort_rows, on the host, once per pack), so that every row
// of the table is added up by its own threads, in one order and without atomics.
#include <cstdint>
#include <span>
#include <vector>

#include "compute/gpu_rows.hpp"
#include "device/stream.hpp"

namespace srl::compute {

template <class T>
void gather_rows(const T* table, const std::int64_t* ids, Rows<T> out);
template <class T, class G>
void scatter_add_rows(Rows<const T> x, const std::int64_t* ids, G* table);

/// The distinct ids, ascending; rows[first[i]] to rows[first[i + 1] - 1] have ids[i], ascending.
struct RowsById {
  std::vector<std::int32_t> ids, first, rows;
};
RowsById sort_rows(std::span<const std::int64_t> ids);

/// The same in a GPU's memory.
struct GpuRowsById {
  device::Span<const std::int32_t> ids, first, rows;
};

// On a GPU, in the stream's order. Throws Bug if shapes do not fit. Ids and rows must be inside the matrices.
// T and G are float or bf16; sums are fp32, and each element is rounded once.

template <class T>
void gather_rows(const device::Stream& stream, std::type_identity_t<GpuRows<const T>> table,
                 device::Span<const std::int32_t> ids, GpuRows<T> out);
template <class T, class G>
void scatter_add_rows(const device::Stream& stream, GpuRows<const T> x, const GpuRowsById& by_id,
                      GpuRows<G> table);

}  // namespace srl::compute
