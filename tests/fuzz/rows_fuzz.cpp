// Rows of any bytes: the readers of lines and of values give the same rows wherever the input is cut. The
// parser agrees with Json::parse. Every row is kept, rejected or dropped.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/json.hpp"
#include "data_prep/chunk/row_rules.hpp"
#include "data_prep/read/row_reader.hpp"

namespace {

using namespace srl::data_prep;

void require(bool good) {
  if (!good) { std::abort(); }
}

std::optional<srl::Json> parsed(std::string_view text, bool fast) {
  static srl::JsonParser parser;
  try {
    return fast ? parser.parse(text, "row") : srl::Json::parse(text, "row");
  } catch (const srl::BadInput&) { return std::nullopt; }
}

void check_form(std::string_view text, Form form) {
  RowReader reader(text_source(text), form, 0, ~std::uint64_t{0}, 4096);
  RowText row;
  static const RowRules rules = [] {
    RowRules made;
    made.reading = make_reading("auto", {}, SplitterChoice::automatic, true);
    made.contamination.add("what is one and one?");
    return made;
  }();
  RowProcessor processor(rules);
  ChunkWriter chunk;
  std::uint64_t end = 0;
  while (reader.next(row)) {
    require(row.offset >= end || row.fault != nullptr);
    end = row.offset;
    if (row.fault == nullptr) { require(parsed(row.text, true) == parsed(row.text, false)); }
    processor.add(row, "fuzz", chunk);
  }
}

/// Checks that the rows of two byte ranges are the rows of the whole text.
void check_ranges(std::string_view text, std::uint64_t cut) {
  const auto texts = [&](std::uint64_t begin, std::uint64_t end) {
    RowReader reader(text_source(text.substr(begin > 0 ? begin - 1 : 0)), Form::lines, begin, end, 4096);
    RowText row;
    std::string all;
    while (reader.next(row)) { all += std::to_string(row.offset) + ":" + std::string(row.text) + "\n"; }
    return all;
  };
  require(texts(0, cut) + texts(cut, text.size() + 1) == texts(0, text.size() + 1));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_form(text, Form::lines);
  check_form(text, Form::values);
  if (size > 0) { check_ranges(text, 1 + data[0] % size); }
  return 0;
}
