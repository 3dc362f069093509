// Replaces parquet_rows.cpp in a build without Arrow.
#include <fstream>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "data_prep/read/parquet_rows.hpp"

namespace srl::data_prep {

bool is_parquet(const std::filesystem::path& file) {
  char first[4] = {};
  std::ifstream(file, std::ios::binary).read(first, sizeof first);
  return std::string_view(first, sizeof first) == "PAR1";
}

std::int64_t parquet_groups(const std::filesystem::path& file) {
  throw BadInput(cat(file.string(),
                     ": is a Parquet file, but this build cannot read Parquet: run env/setup.sh --parquet "
                     "and configure again"));
}

void read_parquet(const std::filesystem::path& file, std::int64_t,
                  const std::function<void(const Json&, std::int64_t)>&) {
  parquet_groups(file);
}

}  // namespace srl::data_prep
