#pragma once
// Input files as rows of JSON text: JSONL line by line, a JSON array element by element.
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace srl::data_prep {

/// One record's text inside its file, which must stay mapped.
struct RowText {
  std::int64_t line = 0;     ///< 1-based line where it begins
  std::uint64_t offset = 0;  ///< byte where it begins
  std::string_view text;
};

/// JSONL when the first byte that is no white space is not '[': one row a line, blank lines skipped. Else the elements of the one JSON array;
/// BadInput naming the byte when the array does not end.
std::vector<RowText> split_rows(std::string_view content, const std::string& file);

}  // namespace srl::data_prep
