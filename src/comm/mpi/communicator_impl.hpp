#pragma once
// The MPI handle behind a Communicator. Used only by this room's .cpp files.
#include <mpi.h>

#include <atomic>

#include "base/not_copied.hpp"
#include "comm/communicator.hpp"
#include "comm/gpu/device_group.hpp"

namespace srl::comm {

struct Communicator::Impl : private NotCopied {
  MPI_Comm comm = MPI_COMM_NULL;
  bool owned = false;
  int rank = 0, size = 1;
  /// MPI counts are ints, so longer buffers are sent in pieces of at most this many elements. Tests set it to
  /// a small value to cover the code for long buffers.
  mutable std::size_t longest_piece = std::size_t{1} << 30;
  mutable std::atomic<bool> abandoned{
      false};  ///< an operation on `comm` never completed, so `comm` must not be freed

  std::shared_ptr<DeviceGroup> device_group;    ///< after use_device
  std::shared_ptr<DeviceGroups> device_groups;  ///< shared with all communicators split from this one

  Impl(MPI_Comm c, bool own, std::shared_ptr<DeviceGroups> groups);
  ~Impl();
};

/// Throws Bug unless `offsets` has ranks + 1 non-decreasing entries of at most `total`.
void check_offsets(std::span<const std::size_t> offsets, int ranks, std::size_t total);

}  // namespace srl::comm
