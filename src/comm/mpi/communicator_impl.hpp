#pragma once
// The MPI handle behind a Communicator, for this room's .cpp files only.
#include <mpi.h>

#include <atomic>

#include "comm/communicator.hpp"
#include "comm/device_group.hpp"

namespace srl::comm {

struct Communicator::Impl {
  MPI_Comm comm = MPI_COMM_NULL;
  bool owned = false;
  int rank = 0, size = 1;
  /// MPI counts are ints: longer buffers travel in pieces of at most so many elements. A test makes it small,
  /// so that it need not have 2^31 elements to run the ways that are for them.
  mutable std::size_t longest_piece = std::size_t{1} << 30;
  mutable std::atomic<bool> abandoned{
      false};  ///< an operation on it was never completed: it is not freed either

  std::shared_ptr<DeviceGroup> device_group;    ///< after use_device
  std::shared_ptr<DeviceGroups> device_groups;  ///< shared with everything split off

  Impl(MPI_Comm c, bool own, std::shared_ptr<DeviceGroups> groups);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
};

/// Bug unless `offsets` has ranks + 1 rising entries within `total`.
void check_offsets(std::span<const std::size_t> offsets, int ranks, std::size_t total);

}  // namespace srl::comm
