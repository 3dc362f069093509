#include "comm/version.hpp"

#include <mpi.h>

#include <array>

namespace srl::comm {

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string all(text.data());  // some libraries count the final zero byte in `length`, some do not
  return all.substr(0, all.find('\n'));
}

}  // namespace srl::comm
