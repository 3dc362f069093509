#pragma once
// Log lines go to stderr and, once the run directory exists, also to its log.txt. Results go to stdout only.
// Rank 0 logs everything. Other ranks log only warnings and errors, with the rank in front. Only log.cpp
// includes spdlog.
#include <string>
#include <string_view>

namespace srl {

void set_log_rank(int rank, int ranks);      ///< call once after MPI is up
void set_log_file(const std::string& path);  ///< rank 0 also appends the log to this file
void log_info(std::string_view message);     ///< rank 0 only
void log_warning(std::string_view message);  ///< every rank
/// Rank 0 only: what all ranks see alike.
void log_common_warning(std::string_view message);
void log_error(std::string_view message);  ///< every rank

}  // namespace srl
