#pragma once
// Reads a CSV or TSV file as JSON lines: one object per record, with the header's names and texts as values.
#include <memory>
#include <string_view>

#include "data_prep/read/byte_source.hpp"

namespace srl::data_prep {

/// The separator of a table by its name and its first line; 0 when the file is none. `.csv` files may use a
/// comma, a semicolon or a tab, `.tsv` files use a tab. `name` without .gz or .zst.
char separator_of(std::string_view name, std::string_view start);

/// Quotes as in RFC 4180: a quoted cell may hold separators and line ends, "" is a quote. Empty cells are
/// left out. A row of the output is on the line where its record begins in the table. A record with more
/// cells than the header, or longer than `longest` bytes, becomes a line that is not JSON and says so.
std::unique_ptr<ByteSource> csv_source(std::unique_ptr<ByteSource> table, char separator,
                                       std::size_t longest);

}  // namespace srl::data_prep
