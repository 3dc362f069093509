#pragma once
// Which MPI this is.
#include <string>

namespace srl::comm {

/// First line of what the library says of itself, "Open MPI v4.1.4, package: ...". Works before a session
/// begins.
std::string mpi_version();

std::string nccl_version();  ///< "2.28.9"; "none" in a build without CUDA

}  // namespace srl::comm
