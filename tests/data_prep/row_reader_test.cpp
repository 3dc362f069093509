#include "data_prep/read/row_reader.hpp"

#include <gmock/gmock.h>

namespace srl::data_prep {
namespace {

using testing::ElementsAre;

struct Row {
  std::int64_t line;
  std::uint64_t offset;
  std::string text, fault;
  bool operator==(const Row&) const = default;
};
void PrintTo(const Row& r, std::ostream* out) {
  *out << r.line << " @" << r.offset << " '" << r.text << "' " << r.fault;
}

/// A source that returns a few bytes per read. At the end it may report a fault.
class Drops : public ByteSource {
 public:
  Drops(std::string text, std::size_t piece, std::string fault = "")
      : text_(std::move(text)), piece_(piece), late_(std::move(fault)) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t got = text_.copy(into, std::min(size, piece_), at_);
    at_ += got;
    if (got == 0) { fault_ = late_; }
    return got;
  }

 private:
  std::string text_;
  std::size_t piece_, at_ = 0;
  std::string late_;
};

std::vector<Row> rows_of(RowReader& reader) {
  std::vector<Row> rows;
  RowText row;
  while (reader.next(row)) {
    rows.push_back({row.line, row.offset, std::string(row.text), row.fault == nullptr ? "" : row.fault});
  }
  return rows;
}
std::vector<Row> read(const std::string& text, Form form, std::size_t longest = 1000,
                      const std::string& fault = "") {
  std::vector<Row> first;
  for (std::size_t piece : {1u, 3u, 1000u}) {
    RowReader reader(std::make_unique<Drops>(text, piece, fault), form, 0, ~0ull, longest);
    const auto rows = rows_of(reader);
    if (piece == 1) { first = rows; }
    EXPECT_EQ(rows, first) << "pieces of " << piece;
  }
  return first;
}

TEST(Rows, OfJsonLines) {
  EXPECT_THAT(read("{\"a\":1}\n\n  \n{\"b\":2}", Form::lines),
              ElementsAre(Row{0, 0, "{\"a\":1}", ""}, Row{3, 12, "{\"b\":2}", ""}));
  EXPECT_THAT(read("a\r\nb\r\n", Form::lines), ElementsAre(Row{0, 0, "a\r", ""}, Row{1, 3, "b\r", ""}));
}

TEST(Rows, OfAJsonArray) {
  const std::string text = "[\n {\"a\": \"x]\\\"},{\"},\n {\"b\": [1, {\"c\": 2}]} , 7, \"s,\"\n]\n";
  EXPECT_THAT(read(text, Form::values),
              ElementsAre(Row{1, 3, "{\"a\": \"x]\\\"},{\"}", ""}, Row{2, 22, "{\"b\": [1, {\"c\": 2}]}", ""},
                          Row{2, 45, "7", ""}, Row{2, 48, "\"s,\"", ""}));
}

TEST(Rows, OfValuesOneAfterAnother) {
  EXPECT_THAT(read("{\"a\":\n 1}\n{\"b\": {}}{\"c\": 1}", Form::values),
              ElementsAre(Row{0, 0, "{\"a\":\n 1}", ""}, Row{2, 10, "{\"b\": {}}", ""},
                          Row{2, 19, "{\"c\": 1}", ""}));
}

TEST(Rows, OfNothing) {
  for (const char* text : {"", " \n", "\n\n"}) {
    EXPECT_TRUE(read(text, Form::lines).empty());
    EXPECT_TRUE(read(text, Form::values).empty());
  }
  EXPECT_TRUE(read("[ ]", Form::values).empty());
}

TEST(Rows, ThatAreTooLongArePassedOver) {
  const std::string long_row(3000, 'x');
  auto rows = read("a\n" + long_row + "\nb\n", Form::lines);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].fault, "row_too_long");
  EXPECT_EQ(rows[1].offset, 2u);
  EXPECT_EQ(rows[2], (Row{2, 3003, "b", ""}));
  rows = read("[1, \"" + long_row + "\", 2]", Form::values);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].fault, "row_too_long");
  EXPECT_EQ(rows[2].text, "2");
}

TEST(Rows, OfAFileThatBreaksOff) {
  EXPECT_THAT(read("[{\"a\": 1}, {\"b\"", Form::values),
              ElementsAre(Row{0, 1, "{\"a\": 1}", ""}, Row{0, 11, "{\"b\"", "array_does_not_end"}));
  EXPECT_THAT(read("[{\"a\": 1},", Form::values),
              ElementsAre(Row{0, 1, "{\"a\": 1}", ""}, Row{0, 10, "", "array_does_not_end"}));
  EXPECT_THAT(read("a\nb", Form::lines, 1000, "truncated"),
              ElementsAre(Row{0, 0, "a", ""}, Row{1, 3, "", "truncated_file"}));
  EXPECT_THAT(read("[1, {\"b", Form::values, 1000, "damaged"),
              ElementsAre(Row{0, 1, "1", ""}, Row{0, 7, "", "damaged_file"}));
}

TEST(Rows, OfByteRangesAreTheRowsOfTheWhole) {
  const std::string text = "one\n\ntwo two\nthree\n\n\nfour is a rather long line\nfive";
  const auto whole = read(text, Form::lines);
  for (std::uint64_t size = 1; size <= text.size() + 1; ++size) {
    std::vector<Row> parts;
    std::int64_t lines = 0;
    for (std::uint64_t begin = 0; begin < text.size(); begin += size) {
      RowReader reader(text_source(std::string_view(text).substr(begin > 0 ? begin - 1 : 0)), Form::lines,
                       begin, begin + size, 1000);
      for (Row row : rows_of(reader)) {
        row.line += lines;
        parts.push_back(row);
      }
      lines += reader.lines();
    }
    EXPECT_EQ(parts, whole) << "ranges of " << size;
  }
}

TEST(Form, IsSeenInNameAndStart) {
  EXPECT_EQ(form_of("a.jsonl.gz", "[1]"), Form::lines);
  EXPECT_EQ(form_of("a.json", " \n[1]"), Form::values);
  EXPECT_EQ(form_of("a.json", "{\n  \"a\": 1\n}"), Form::values);
  EXPECT_EQ(form_of("a.json", "{\"a\": 1}\n{\"a\": 2}"), Form::lines);
  EXPECT_EQ(form_of("a.traj", "{\"a\": 1}"), Form::values);
  EXPECT_EQ(form_of("a.json", ""), Form::lines);
}

}  // namespace
}  // namespace srl::data_prep
