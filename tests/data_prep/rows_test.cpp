#include "data_prep/rows.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace srl::data_prep {
namespace {

TEST(Rows, OfJsonLines) {
  const auto rows = split_rows("{\"a\":1}\n\n  \n{\"b\":2}", "f");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].text, "{\"b\":2}");
  EXPECT_EQ(rows[1].line, 4);
  EXPECT_EQ(rows[1].offset, 12u);
}

TEST(Rows, OfAJsonArray) {
  const std::string text = "[\n {\"a\": \"x]\\\"},{\"},\n {\"b\": [1, {\"c\": 2}]}\n]\n";
  const auto rows = split_rows(text, "f");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].text, "{\"a\": \"x]\\\"},{\"}");
  EXPECT_EQ(rows[0].line, 2);
  EXPECT_EQ(rows[1].text.substr(0, 5), "{\"b\":");
  EXPECT_EQ(rows[1].line, 3);
}

TEST(Rows, OfEmptyFilesAndArrays) {
  EXPECT_TRUE(split_rows("", "f").empty());
  EXPECT_TRUE(split_rows(" \n", "f").empty());
  EXPECT_TRUE(split_rows("[ ]", "f").empty());
}

TEST(Rows, OfATruncatedArrayAreAnError) {
  EXPECT_THROW(split_rows("[{\"a\": 1}, {\"b\"", "f"), BadInput);
  EXPECT_THROW(split_rows("[{\"a\": 1},", "f"), BadInput);
}

}  // namespace
}  // namespace srl::data_prep
