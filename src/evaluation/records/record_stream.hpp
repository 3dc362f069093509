#pragma once
// Reads files of records one by one: a report of a million completions holds no texts.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "evaluation/record.hpp"

namespace srl::evaluation {

/// What a file holds beside its records.
struct OtherLines {
  bool torn_last_line = false;  ///< left out: a job was killed while writing it
  std::int64_t foreign = 0;     ///< complete lines that are not records; left out
  std::string first_foreign;    ///< the message about the first one, with file and line
};

/// Calls `visit` with each record in the order of the file. It may take parts of the record.
OtherLines visit_records(const std::filesystem::path& file, const std::function<void(Record&)>& visit);

}  // namespace srl::evaluation
