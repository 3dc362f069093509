#pragma once
// Versions of MPI and NCCL.
#include <string>

namespace srl::comm {

/// First line of the library's version text, "Open MPI v4.1.4, package: ...". Works before MPI is
/// initialised.
std::string mpi_version();

std::string nccl_version();  ///< "2.28.9"; "none" in a build without CUDA

}  // namespace srl::comm
