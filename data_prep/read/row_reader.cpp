#include "data_prep/read/row_reader.hpp"

#include <algorithm>
#include <cstring>

namespace srl::data_prep {
namespace {

constexpr std::size_t padding = 64, smallest_piece = std::size_t{1} << 12,
                      largest_piece = std::size_t{1} << 18;
constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Finds the end of a JSON value byte by byte, without parsing it.
struct Walker {
  std::int64_t depth = 0;
  bool in_string = false, escaped = false;
  /// True when the byte is the first one after the value (depth 0: a comma, a closing bracket, a blank).
  bool ends_before(char c) const {
    return depth == 0 && !in_string && (c == ',' || c == ']' || c == '}' || is_blank(c));
  }
  void feed(char c) {
    if (in_string) {
      if (escaped) {
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
};

}  // namespace

Form form_of(std::string_view name, std::string_view start) {
  for (const char* packed : {".gz", ".zst", ".zstd"}) {
    if (name.ends_with(packed)) { name = name.substr(0, name.rfind('.')); }
  }
  if (name.ends_with(".jsonl") || name.ends_with(".ndjson")) { return Form::lines; }
  const std::size_t first = start.find_first_not_of(blanks);
  if (first == std::string_view::npos) { return Form::lines; }
  if (start[first] == '[' || name.ends_with(".traj")) { return Form::values; }
  const std::string_view line = start.substr(first, start.find('\n', first) - first);
  const std::size_t last = line.find_last_not_of(blanks);
  return std::string_view("{[,:").find(line[last]) != std::string_view::npos ? Form::values : Form::lines;
}

RowReader::RowReader(std::unique_ptr<ByteSource> source, Form form, std::uint64_t begin, std::uint64_t end,
                     std::size_t longest)
    : source_(std::move(source)),
      form_(form),
      offset_(begin > 0 ? begin - 1 : 0),
      stop_(end),
      longest_(longest),
      piece_(std::clamp(longest, smallest_piece, largest_piece)),
      window_(piece_ + padding),
      skip_first_(begin > 0) {}

bool RowReader::fill() {
  if (source_ended_) { return false; }
  if (begin_ > 0 && (begin_ == end_ || end_ + piece_ + padding > window_.size())) {
    std::memmove(window_.data(), window_.data() + begin_, held());
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ + piece_ + padding > window_.size()) {
    window_.resize(std::max(window_.size() * 2, end_ + piece_ + padding));
  }
  const std::size_t got = source_->read(window_.data() + end_, piece_);
  end_ += got;
  std::memset(window_.data() + end_, 0, padding);
  source_ended_ = got == 0;
  return got > 0;
}

void RowReader::drop(std::size_t bytes) {
  begin_ += bytes;
  offset_ += bytes;
}

/// After the last row, reports once whether the source ended with a fault.
bool RowReader::end_fault(RowText& row) {
  if (finished_ || source_->fault().empty()) { return false; }
  finished_ = true;
  row = {line_, offset_, {}, source_->fault() == "truncated" ? "truncated_file" : "damaged_file"};
  return true;
}

bool RowReader::next(RowText& row) {
  drop(done_);
  done_ = 0;
  if (finished_) { return false; }
  return form_ == Form::lines ? next_line(row) : next_value(row);
}

bool RowReader::next_line(RowText& row) {
  for (;;) {
    if (!skip_first_ && offset_ >= stop_) { return false; }
    std::size_t searched = 0;
    std::uint64_t passed = 0;  // bytes of a line that is too long to hold
    std::string too_long;
    const void* newline = nullptr;
    while ((newline = std::memchr(window_.data() + begin_ + searched, '\n', held() - searched)) == nullptr) {
      searched = held();
      const bool skipping = skip_first_ && offset_ + searched >= stop_;  // no line begins in this range
      if (skipping) { return false; }
      if (searched > longest_ || skip_first_) {
        if (passed == 0 && !skip_first_) {
          too_long = std::string(view(std::min<std::size_t>(searched, 200)));
        }
        passed += searched;
        drop(searched);
        searched = 0;
      }
      if (!fill()) { break; }
    }
    const std::size_t size =
        newline == nullptr ? held() : static_cast<const char*>(newline) - window_.data() - begin_;
    if (skip_first_) {
      skip_first_ = false;
      if (newline == nullptr) { return false; }
      drop(size + 1);
      continue;
    }
    if (newline == nullptr && size == 0 && passed == 0) { return end_fault(row); }
    row = {line_, offset_ - passed, view(size), nullptr};
    done_ = size + (newline != nullptr);
    // The incomplete end of a broken file is not a row; the fault that follows reports it.
    const bool torn = newline == nullptr && !source_->fault().empty();
    if (torn) {
      drop(done_);
      done_ = 0;
      return end_fault(row);
    }
    ++line_;
    if (passed > 0 || size > longest_) {
      excerpt_ = passed > 0 ? too_long : std::string(view(std::min<std::size_t>(size, 200)));
      row.text = excerpt_;
      row.fault = "row_too_long";
      return true;
    }
    if (row.text.find_first_not_of(blanks) != std::string_view::npos) { return true; }
    drop(done_);
    done_ = 0;
  }
}

/// Skips blanks, and the brackets and commas of an array. False when no value follows; then `more` says
/// whether `row` reports a fault.
bool RowReader::skip_to_value(RowText& row, bool& more) {
  more = false;
  for (;;) {
    if (held() == 0 && !fill()) {
      more = end_fault(row);
      if (!more && array_ && !finished_) {
        row = {line_, offset_, {}, "array_does_not_end"};
        more = finished_ = true;
      }
      return false;
    }
    const char c = at(0);
    if (!started_ && !is_blank(c)) {
      started_ = true;
      array_ = c == '[';
      if (array_) {
        drop(1);
        continue;
      }
    }
    if (array_ && c == ']') {
      finished_ = true;
      return false;
    }
    if (!is_blank(c) && !(array_ && c == ',')) { return true; }
    line_ += c == '\n';
    drop(1);
  }
}

bool RowReader::next_value(RowText& row) {
  bool more = false;
  if (!skip_to_value(row, more)) { return more; }
  Walker walker;
  const std::int64_t line = line_;
  const std::uint64_t offset = offset_;
  bool too_long = false, ended = false;
  std::size_t i = 0;
  while (!ended) {
    for (; i < held(); ++i) {
      const char c = at(i);
      if (i + (offset_ - offset) > 0 && walker.ends_before(c)) {
        ended = true;
        break;
      }
      line_ += c == '\n';
      walker.feed(c);
      // An object or array ends with its closing bracket. A closing bracket without an opening one is a value
      // of its own.
      if (walker.depth <= 0 && !walker.in_string && (c == '}' || c == ']')) {
        ++i;
        ended = true;
        break;
      }
    }
    if (ended) { break; }
    if (i > longest_) {
      if (!too_long) { excerpt_ = std::string(view(std::min<std::size_t>(i, 200))); }
      too_long = true;
      drop(i);
      i = 0;
    }
    if (!fill()) { break; }
  }
  done_ = i;
  row = {line, offset, view(i), nullptr};
  const bool open = walker.depth > 0 || walker.in_string;
  if (too_long || i > longest_) {
    if (!too_long) { excerpt_ = std::string(view(std::min<std::size_t>(i, 200))); }
    row.text = excerpt_;
    row.fault = "row_too_long";
  } else if (open && !source_->fault().empty()) {
    drop(done_);
    done_ = 0;
    return end_fault(row);
  } else if (open && array_) {
    excerpt_ = std::string(view(std::min<std::size_t>(i, 200)));
    row.text = excerpt_;
    row.fault = "array_does_not_end";
    finished_ = true;
  }
  return true;
}

}  // namespace srl::data_prep
