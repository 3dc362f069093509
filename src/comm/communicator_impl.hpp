#pragma once
// The MPI handle behind a Communicator, for this room's .cpp files only.
#include <mpi.h>

#include <atomic>

#include "comm/communicator.hpp"

namespace srl::comm {

struct Communicator::Impl {
  MPI_Comm comm = MPI_COMM_NULL;
  bool owned = false;
  int rank = 0, size = 1;
  mutable std::atomic<bool> abandoned{false};   ///< an operation on it was never completed: it is not freed either

  Impl(MPI_Comm c, bool own);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();
};

}  // namespace srl::comm
