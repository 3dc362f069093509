#pragma once
// Log lines on stderr (results go to stdout only) and, once the run directory exists, in its log.txt. Rank 0
// speaks; other ranks only warn and fail, with their rank in front. spdlog lives inside log.cpp.
#include <string>
#include <string_view>

namespace srl {

void set_log_rank(int rank, int ranks);      ///< call once after MPI is up
void set_log_file(const std::string& path);  ///< rank 0: append the log also there
void log_info(std::string_view message);     ///< rank 0 only
void log_warning(std::string_view message);  ///< every rank
void log_error(std::string_view message);    ///< every rank

}  // namespace srl
