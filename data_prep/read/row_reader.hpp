#pragma once
// Splits a stream of bytes into rows of JSON text. The window holds one row at a time.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "data_prep/read/byte_source.hpp"

namespace srl::data_prep {

enum class Form {
  lines,  ///< JSONL: one row per line; blank lines are skipped
  values  ///< the elements of one JSON array, or JSON values one after another (a .json file with one record,
          ///< SWE-agent's .traj)
};

/// Form of a file by its name and first bytes: lines for .jsonl and .ndjson; else values when the first byte
/// that is not white space is '[', the file ends in .traj, or its first line ends inside a value ('{', '[',
/// ',' or ':'); else lines. `name` without .gz or .zst; `start`: the first bytes, decompressed.
Form form_of(std::string_view name, std::string_view start);

/// One row's text, valid until the next call of next(), with at least 64 readable bytes after it.
struct RowText {
  std::int64_t line = 0;     ///< line where the row begins; 0-based, from the reader's begin
  std::uint64_t offset = 0;  ///< byte where the row begins in the unpacked file
  std::string_view text;
  /// Why this is not a valid row: "row_too_long", "array_does_not_end", "truncated_file", "damaged_file".
  /// Then `text` is only the start of the row.
  const char* fault = nullptr;
};

class RowReader {
 public:
  /// Rows that begin in the unpacked bytes [begin, end). For begin > 0 (lines only) the source must be at
  /// begin - 1. A row longer than `longest` bytes is skipped without being held in memory.
  RowReader(std::unique_ptr<ByteSource> source, Form form, std::uint64_t begin, std::uint64_t end,
            std::size_t longest);
  bool next(RowText& row);
  /// After the last row of `lines`: how many lines begin in the range.
  std::int64_t lines() const { return line_; }

 private:
  bool next_line(RowText& row);
  bool next_value(RowText& row);
  bool skip_to_value(RowText& row, bool& more);
  bool fill();                   ///< reads more bytes into the window; false at the end
  void drop(std::size_t bytes);  ///< moves the window's begin forward
  bool end_fault(RowText& row);
  char at(std::size_t i) const { return window_[begin_ + i]; }
  std::size_t held() const { return end_ - begin_; }
  std::string_view view(std::size_t bytes) const { return {window_.data() + begin_, bytes}; }

  std::unique_ptr<ByteSource> source_;
  Form form_;
  std::uint64_t offset_ = 0, stop_ = 0;  ///< offset of the window's begin; of the range's end
  std::size_t longest_, piece_;          ///< piece_: bytes read at once
  std::vector<char> window_;
  /// The window holds the bytes [begin_, end_). The last row took done_ of them; the next call drops these.
  std::size_t begin_ = 0, end_ = 0, done_ = 0;
  std::int64_t line_ = 0;
  std::string excerpt_;  ///< start of a row that was not held
  bool skip_first_ = false, started_ = false, array_ = false, finished_ = false, source_ended_ = false;
};

}  // namespace srl::data_prep
