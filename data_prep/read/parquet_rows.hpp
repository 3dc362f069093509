#pragma once
// Reads Parquet with Apache Arrow, if CMake found Arrow (docs/data-preparation.md).
#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/json.hpp"

namespace srl::data_prep {

/// Detected from the file's first bytes.
bool is_parquet(const std::filesystem::path& file);
/// Number of row groups. BadInput when the file is damaged, or when this build has no Arrow.
std::int64_t parquet_groups(const std::filesystem::path& file);
/// Calls row(value, number) for each row of one row group; the number counts from 0 in the file. The value is
/// an object with the columns as members. Lists, structs, texts, numbers and truth values are converted. A
/// value of another type becomes the text that Arrow prints for it.
void read_parquet(const std::filesystem::path& file, std::int64_t group,
                  const std::function<void(const Json&, std::int64_t)>& row);

}  // namespace srl::data_prep
