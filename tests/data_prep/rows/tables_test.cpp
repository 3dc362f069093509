// CSV and TSV as JSON lines, and files that are not input.
#include <gmock/gmock.h>

#include "base/json.hpp"
#include "data_prep/read/csv_source.hpp"
#include "data_prep/read/file_kind.hpp"
#include "data_prep/read/row_reader.hpp"

namespace srl::data_prep {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// A source that returns a few bytes per read.
class Drops : public ByteSource {
 public:
  Drops(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  std::size_t read(char* into, std::size_t size) override {
    const std::size_t got = text_.copy(into, std::min(size, piece_), at_);
    at_ += got;
    return got;
  }

 private:
  std::string text_;
  std::size_t piece_, at_ = 0;
};

/// Lines (from 1) and texts of the rows; the same for any pieces.
std::vector<std::string> rows(const std::string& table, char separator = ',', std::size_t longest = 1000) {
  std::vector<std::string> first;
  for (const std::size_t piece : {1u, 3u, 1000u}) {
    RowReader reader(csv_source(std::make_unique<Drops>(table, piece), separator, longest), Form::lines, 0,
                     ~0ull, 100000);
    std::vector<std::string> found;
    RowText row;
    while (reader.next(row)) { found.push_back(std::to_string(row.line + 1) + " " + std::string(row.text)); }
    if (first.empty()) { first = found; }
    EXPECT_EQ(found, first) << "pieces of " << piece;
  }
  return first;
}

TEST(Csv, RecordsAreObjectsOfTexts) {
  EXPECT_THAT(rows("a,b\n1,x y\n2,\n"), ElementsAre(R"(2 {"a":"1","b":"x y"})", R"(3 {"a":"2"})"));
  EXPECT_THAT(rows("a,b\r\n1,2\r\n3,4"), ElementsAre(R"(2 {"a":"1","b":"2"})", R"(3 {"a":"3","b":"4"})"));
  EXPECT_THAT(rows("\xEF\xBB\xBF"
                   "a\tb\n1\t,\n",
                   '\t'),
              ElementsAre(R"(2 {"a":"1","b":","})"));
  EXPECT_TRUE(rows("").empty());
  EXPECT_TRUE(rows("a,b\n").empty());
}

TEST(Csv, QuotedCellsMayHoldAnything) {
  EXPECT_THAT(rows("a,b\n\"x, \"\"y\"\"\nz\",\"\\t\t\"\nlast,1\n"),
              ElementsAre("2 {\"a\":\"x, \\\"y\\\"\\nz\",\"b\":\"\\\\t\\t\"}", R"(4 {"a":"last","b":"1"})"));
  EXPECT_THAT(rows("a,b\n5\" wide,x\n\"\",\n,y"),
              ElementsAre("2 {\"a\":\"5\\\" wide\",\"b\":\"x\"}", "3 {}", R"(4 {"b":"y"})"));
}

TEST(Csv, FaultyRecordsAreNoJson) {
  EXPECT_THAT(rows("a,b\n1,2,3\n4\n").at(0), HasSubstr("a CSV record of 3 cells, but the header has 2"));
  EXPECT_THAT(rows("a,b\n1,2,3\n4\n").at(1), HasSubstr(R"({"a":"4"})"));
  EXPECT_THAT(rows("a\n" + std::string(50, 'x'), ',', 20).at(0), HasSubstr("longer than --limits.row_bytes"));
}

TEST(Csv, IsReadWithTheParserOfRows) {
  std::string every = "a\n\"";
  for (int c = 1; c < 128; ++c) { every += c == '"' ? "\"\""s : std::string(1, static_cast<char>(c)); }
  every += "\"\n";
  std::string expected;
  for (int c = 1; c < 128; ++c) { expected += static_cast<char>(c); }
  RowReader reader(csv_source(text_source(every), ',', 1000), Form::lines, 0, ~0ull, 100000);
  RowText row;
  ASSERT_TRUE(reader.next(row));
  JsonParser parser;
  EXPECT_EQ(parser.parse(row.text, "row").at("a").as_string(), expected);
}

TEST(Csv, SeparatorsAreSeenInNameAndHeader) {
  EXPECT_EQ(separator_of("a.csv", "q,s\n1;2;3"), ',');
  EXPECT_EQ(separator_of("a.csv", "q;s\n1,2,3"), ';');
  EXPECT_EQ(separator_of("a.csv", "q"), ',');
  EXPECT_EQ(separator_of("a.tsv", "q,s"), '\t');
  EXPECT_EQ(separator_of("a.jsonl", "q,s"), '\0');
}

TEST(FileKind, NamesWhatIsNoInput) {
  EXPECT_THAT(foreign_kind("ARROW1\0\0"s), HasSubstr("Arrow"));
  EXPECT_THAT(foreign_kind("\xFF\xFF\xFF\xFF\x10\x02\0\0"s), HasSubstr("Arrow"));
  EXPECT_THAT(foreign_kind("\xFD"
                           "7zXZ\0\0"s),
              HasSubstr("xz"));
  EXPECT_THAT(foreign_kind("BZh91AY"s), HasSubstr("bzip2"));
  EXPECT_THAT(foreign_kind("PK\x03\x04"s), HasSubstr("zip"));
  EXPECT_THAT(foreign_kind("\xFF\xFE{\0"s), HasSubstr("UTF-16"));
  EXPECT_THAT(foreign_kind("\xFE\xFF\0{"s), HasSubstr("UTF-16"));
  EXPECT_THAT(foreign_kind("{\0\"\0q\0\"\0:\0"s), HasSubstr("UTF-16"));
  EXPECT_THAT(foreign_kind("\n <!DOCTYPE html>"s), HasSubstr("HTML"));
  EXPECT_THAT(foreign_kind("<HTML><head>"s), HasSubstr("HTML"));
  EXPECT_THAT(foreign_kind("<?xml version=\"1.0\"?><Error>"s), HasSubstr("XML"));
  EXPECT_THAT(foreign_kind("version https://git-lfs.github.com/spec/v1\noid"s), HasSubstr("Git LFS pointer"));
  for (const std::string& good : {"{\"a\": 1}"s, ""s, "[\n{"s, "\xEF\xBB\xBF{\"a\": 1}"s, "q,s\n1,2"s,
                                  "{\"a\": \"\0\"}"s, "PAR1"s, "caf\xE9 and more"s}) {
    EXPECT_EQ(foreign_kind(good), "") << good;
  }
}

}  // namespace
}  // namespace srl::data_prep
