#include "data_prep/read/csv_source.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/characters.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

class CsvSource : public ByteSource {
 public:
  CsvSource(std::unique_ptr<ByteSource> table, char separator, std::size_t longest)
      : table_(std::move(table)), separator_(separator), longest_(longest), piece_(std::size_t{1} << 16) {}

  std::size_t read(char* into, std::size_t size) override {
    while (given_ == out_.size() && !ended_) {
      out_.clear();
      given_ = 0;
      const std::size_t got = table_->read(piece_.data(), piece_.size());
      ended_ = got == 0;
      for (std::size_t i = 0; i < got; ++i) { take(piece_[i]); }
      fault_ = table_->fault();
      if (ended_ && fault_.empty() && (any_ || !cells_.empty())) { end_record(); }
    }
    const std::size_t bytes = out_.copy(into, size, given_);
    given_ += bytes;
    return bytes;
  }

 private:
  void take(char c) {
    if (first_bytes_ < 3) {  // a byte order mark
      constexpr std::string_view mark = "\xEF\xBB\xBF";
      if (c == mark[first_bytes_++]) { return; }
      first_bytes_ = 3;
    }
    lines_ += c == '\n';
    if (quoted_) {
      if (c == '"') {
        quoted_ = false;
        closed_ = true;
      } else {
        add(c);
      }
    } else if (c == '"' && (cell_.empty() || closed_)) {
      if (closed_) { add('"'); }  // "" inside quotes
      quoted_ = true;
      closed_ = false;
      any_ = true;
    } else if (c == separator_) {
      end_cell();
      any_ = true;
    } else if (c == '\n') {
      end_record();
    } else if (c != '\r') {
      closed_ = false;
      add(c);
    }
  }

  void add(char c) {
    any_ = true;
    if (++bytes_ <= longest_) { cell_ += c; }
  }

  void end_cell() {
    cells_.push_back(std::move(cell_));
    cell_.clear();
    closed_ = false;
  }

  /// Writes the record as one line, and an empty line for each further line that it took.
  void end_record() {
    if (any_ || !cells_.empty()) { end_cell(); }
    if (header_.empty()) {
      header_ = cells_;
    } else if (!cells_.empty()) {
      write();
    }
    out_.append(static_cast<std::size_t>(std::max<std::int64_t>(lines_, 1)), '\n');
    cells_.clear();
    lines_ = 0;
    bytes_ = 0;
    any_ = quoted_ = closed_ = false;
  }

  void write() {
    if (bytes_ > longest_) {
      out_ += cat("a CSV record of ", bytes_, " bytes is longer than --limits.row_bytes");
      return;
    }
    if (cells_.size() > header_.size()) {
      out_ += cat("a CSV record of ", cells_.size(), " cells, but the header has ", header_.size());
      return;
    }
    out_ += '{';
    bool first = true;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      if (cells_[i].empty()) { continue; }
      if (!first) { out_ += ','; }
      first = false;
      append_json_string(out_, header_[i]);
      out_ += ':';
      append_json_string(out_, cells_[i]);
    }
    out_ += '}';
  }

  std::unique_ptr<ByteSource> table_;
  char separator_;
  std::size_t longest_;
  std::vector<char> piece_;
  std::string out_, cell_;
  std::vector<std::string> header_, cells_;
  std::size_t given_ = 0, first_bytes_ = 0, bytes_ = 0;
  std::int64_t lines_ = 0;  ///< line ends since the record began
  bool ended_ = false, quoted_ = false, closed_ = false, any_ = false;
};

}  // namespace

char separator_of(std::string_view name, std::string_view start) {
  if (name.ends_with(".tsv")) { return '\t'; }
  if (!name.ends_with(".csv")) { return '\0'; }
  const std::string_view line = start.substr(0, start.find('\n'));
  char best = ',';
  for (const char candidate : {';', '\t'}) {
    if (std::count(line.begin(), line.end(), candidate) > std::count(line.begin(), line.end(), best)) {
      best = candidate;
    }
  }
  return best;
}

std::unique_ptr<ByteSource> csv_source(std::unique_ptr<ByteSource> table, char separator,
                                       std::size_t longest) {
  return std::make_unique<CsvSource>(std::move(table), separator, longest);
}

}  // namespace srl::data_prep
