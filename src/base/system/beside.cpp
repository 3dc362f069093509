#include "base/beside.hpp"

#include <system_error>

#include "base/strings.hpp"

namespace srl {

std::filesystem::path own_name_beside(const std::filesystem::path& path, std::string_view what) {
  return path.parent_path() / cat(".", path.filename().string(), ".srl_", what);
}

bool same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code failure;  // one of them does not exist
  return std::filesystem::equivalent(a, b, failure) && !failure;
}

}  // namespace srl
