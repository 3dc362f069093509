#pragma once
// Parquet through Apache Arrow, where it was found when the suite was configured (docs/data-preparation.md).
#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/json.hpp"

namespace srl::data_prep {

/// By the file's first bytes.
bool is_parquet(const std::filesystem::path& file);
/// BadInput when it is damaged, or when this build has no Arrow.
std::int64_t parquet_groups(const std::filesystem::path& file);
/// Calls row(value, number in the file from 0) for the rows of one row group: an object a row, columns as
/// members. Lists, structs, texts, numbers and truth values are read; a column of another type is a text that
/// says so.
void read_parquet(const std::filesystem::path& file, std::int64_t group,
                  const std::function<void(const Json&, std::int64_t)>& row);

}  // namespace srl::data_prep
