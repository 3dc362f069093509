#include "comm/mpi/mpi_check.hpp"

#include <mpi.h>

#include <filesystem>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::comm {

void check(int code, std::string_view what, std::source_location where) {
  if (code == MPI_SUCCESS) { return; }
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw EnvironmentError(cat("MPI failed in ", what, " (",
                             std::filesystem::path(where.file_name()).filename().string(), ":", where.line(),
                             "): ", std::string_view(text, length)));
}

}  // namespace srl::comm
