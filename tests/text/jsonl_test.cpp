#include "text/jsonl.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "text/small_tokenizer.hpp"

namespace {

using srl::test::small_tokenizer;

TEST(TokenizeLines, BlankLinesAreSkippedAndBadLinesAreNumbered) {
  std::istringstream in("\n{\"text\": \"ab\"}\nnot json\n \t\r\n{\"txt\": \"ab\"}\n{\"text\": \"<e>\"}\n\n");
  std::ostringstream out;
  EXPECT_FALSE(srl::text::tokenize_stream(in, out, small_tokenizer()));
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "{\"ids\":[256]}");
  for (const int number : {3, 5}) {
    std::getline(lines, line);
    EXPECT_TRUE(line.starts_with("{\"line\":" + std::to_string(number) + ",\"error\":")) << line;
  }
  std::getline(lines, line);
  EXPECT_EQ(line, "{\"ids\":[258]}");
  EXPECT_FALSE(std::getline(lines, line));
}

TEST(DetokenizeLines, RepairInvalidTextAndRefuseIdsWithoutToken) {
  std::istringstream in(
      "{\"ids\": [256, 258, 97]}\n{\"ids\": [195]}\n{\"ids\": [999]}\n{\"ids\": [-1]}\n{\"ids\": [1.5]}\n");
  std::ostringstream out;
  EXPECT_FALSE(srl::text::detokenize_stream(in, out, small_tokenizer()));
  EXPECT_TRUE(out.str().starts_with("{\"text\":\"ab<e>a\"}\n{\"text\":\"\xEF\xBF\xBD\"}\n{\"line\":3,"))
      << out.str();
}

TEST(TokenizeLines, GoodInputGivesTrue) {
  std::istringstream in("{\"text\": \"\"}\n");
  std::ostringstream out;
  EXPECT_TRUE(srl::text::tokenize_stream(in, out, small_tokenizer()));
  EXPECT_EQ(out.str(), "{\"ids\":[]}\n");
}

}  // namespace
