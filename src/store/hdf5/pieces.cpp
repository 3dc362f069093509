#include "store/hdf5/pieces.hpp"

#include <fcntl.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace srl::store {
namespace {

constexpr std::uint64_t piece_bytes = 1 << 20;

/// Number of rows that make about piece_bytes: whole chunks if the dataset is chunked. 0 if the library
/// reports an error.
std::uint64_t rows_in_piece(const Handle& set, std::size_t rank, std::uint64_t row_bytes) {
  const std::uint64_t rows = std::max<std::uint64_t>(piece_bytes / std::max<std::uint64_t>(row_bytes, 1), 1);
  const Handle list(H5Dget_create_plist(set.get()), H5Pclose);
  if (!list.valid()) { return 0; }
  if (H5Pget_layout(list.get()) != H5D_CHUNKED) { return rows; }
  std::vector<hsize_t> chunk(rank, 1);
  if (H5Pget_chunk(list.get(), static_cast<int>(rank), chunk.data()) != static_cast<int>(rank) ||
      chunk[0] == 0) {
    return 0;
  }
  return (std::max<std::uint64_t>(rows, chunk[0]) / chunk[0]) * chunk[0];
}

}  // namespace

Rows select_rows(const Handle& set, const std::vector<std::uint64_t>& shape, std::uint64_t begin,
                 std::uint64_t rows) {
  std::vector<hsize_t> start(shape.size(), 0), count(shape.begin(), shape.end());
  start[0] = begin;
  count[0] = rows;
  Rows selected{Handle(H5Screate_simple(std::ssize(count), count.data(), nullptr), H5Sclose),
                Handle(H5Dget_space(set.get()), H5Sclose)};
  if (selected.valid() && H5Sselect_hyperslab(selected.file.get(), H5S_SELECT_SET, start.data(), nullptr,
                                              count.data(), nullptr) < 0) {
    return {};
  }
  return selected;
}

bool in_pieces(const Handle& set, const std::vector<std::uint64_t>& shape, std::size_t element,
               const Piece& piece) {
  if (shape.empty()) {
    return piece(0, 1, H5S_ALL, H5S_ALL);  // a single value has no rows
  }
  const std::uint64_t row =
      std::accumulate(shape.begin() + 1, shape.end(), std::uint64_t{1}, std::multiplies<>());
  if (row == 0 || shape[0] == 0) { return true; }
  const std::uint64_t most = rows_in_piece(set, shape.size(), row * element);
  if (most == 0) { return false; }
  for (std::uint64_t begin = 0; begin < shape[0]; begin += most) {
    const std::uint64_t rows = std::min(most, shape[0] - begin);
    const Rows selected = select_rows(set, shape, begin, rows);
    if (!selected.valid() || !piece(begin * row, rows * row, selected.memory.get(), selected.file.get())) {
      return false;
    }
  }
  return true;
}

void start_writing_back(const Handle& file) {
  void* descriptor = nullptr;  // of the library's default driver, an int*
  if (H5Fget_vfd_handle(file.get(), H5P_DEFAULT, &descriptor) < 0 || descriptor == nullptr) { return; }
  ::sync_file_range(*static_cast<int*>(descriptor), 0, 0, SYNC_FILE_RANGE_WRITE);
}

}  // namespace srl::store
