#include "data_prep/read/file_kind.hpp"

#include <array>
#include <string>

#include "base/characters.hpp"
#include "base/foreign_file.hpp"
#include "base/strings.hpp"

namespace srl::data_prep {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view start, text;
};

/// Binary files by their first bytes.
constexpr std::array<Kind, 10> kinds{{
    {"ARROW1"sv,
     "an Arrow file; write its rows as JSON lines, with datasets: Dataset.from_file(FILE).to_json(…)"},
    {"\xFF\xFF\xFF\xFF"sv,
     "an Arrow file, as save_to_disk writes it; write its rows as JSON lines: "
     "load_from_disk(DIR).to_json(…)"},
    {"\xFD"
     "7zXZ\0"sv,
     "packed with xz; unpack it (xz -d), or pack it with gzip or zstd"},
    {"BZh"sv, "packed with bzip2; unpack it (bunzip2), or pack it with gzip or zstd"},
    {"\x04\x22\x4D\x18"sv, "packed with lz4; unpack it (lz4 -d), or pack it with gzip or zstd"},
    {"PK\x03\x04"sv, "a zip archive (or an Excel file); unpack it, or save it as CSV"},
    {"\x89HDF"sv, "an HDF5 file; write its rows as JSON lines"},
    {"SQLite format 3"sv, "an SQLite database; write its rows as JSON lines or CSV"},
    {"\x93NUMPY"sv, "a NumPy file; write its rows as JSON lines"},
    {"\x80\x04\x95"sv, "a Python pickle; write its rows as JSON lines"},
}};

/// Whether most characters are two bytes of which one is zero.
bool is_utf16_without_mark(std::string_view start) {
  start = start.substr(0, 200);
  if (start.size() < 8) { return false; }
  std::size_t even = 0, odd = 0;
  for (std::size_t i = 0; i < start.size(); ++i) {
    if (start[i] == '\0') { ++(i % 2 == 0 ? even : odd); }
  }
  const std::size_t most = start.size() / 2 * 8 / 10;
  return (even == 0 && odd >= most) || (odd == 0 && even >= most);
}

}  // namespace

std::string foreign_kind(std::string_view start) {
  for (const Kind& kind : kinds) {
    if (start.starts_with(kind.start)) { return std::string(kind.text); }
  }
  if (const std::string_view other = failed_download(start); !other.empty()) { return std::string(other); }
  if (start.size() > 262 && start.substr(257, 5) == "ustar") { return "a tar archive; unpack it first"; }
  if (start.starts_with("\xFF\xFE\0\0"sv) || start.starts_with("\0\0\xFE\xFF"sv)) {
    return "UTF-32 text; convert it with iconv -f UTF-32 -t UTF-8";
  }
  if (start.starts_with("\xFF\xFE"sv) || start.starts_with("\xFE\xFF"sv) || is_utf16_without_mark(start)) {
    return "UTF-16 text; convert it with iconv -f UTF-16 -t UTF-8";
  }
  if (start.starts_with("\xEF\xBB\xBF"sv)) { start.remove_prefix(3); }
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  const std::string_view text = first == std::string_view::npos ? "" : start.substr(first);
  if (starts_with_ignoring_case(text, "<?xml") || starts_with_ignoring_case(text, "<error>")) {
    return "an XML document, perhaps an error message of a download; fetch the data again";
  }
  return "";
}

}  // namespace srl::data_prep
