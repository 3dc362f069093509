// Marks of right and wrong: only known words and numbers say something.
#include "data_prep/row/marks.hpp"

#include <gtest/gtest.h>

#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {
namespace {

Mark mark(const char* json) {
  return mark_of(Json::parse(json, "mark"));
}

TEST(Marks, AreKnownWordsAndNumbers) {
  for (const char* right : {"true", "1", "1.0", "\"True\"", "\" yes \"", "\"CORRECT\"", "\"solution\"",
                            "\"1\"", "[true, true]", "[\"+\"]", "[1, 1.0]"}) {
    EXPECT_EQ(mark(right), Mark::right) << right;
  }
  for (const char* wrong : {"false", "0", "0.0", "-1", "\"No\"", "\"wrong\"", "\"give_up\"", "\"0\"",
                            "\"failed\"", "[true, false]", "[\"+\", \"-\"]", "[1, 0, 1]"}) {
    EXPECT_EQ(mark(wrong), Mark::wrong) << wrong;
  }
  for (const char* unknown : {"\"A\"", "\"B\"", "\"n\"", "\"f\"", "0.5", "2", "\"maybe\"", "{\"a\": 0}",
                              "[\"A\", \"B\"]", "[[0]]", "1e300"}) {
    EXPECT_EQ(mark(unknown), Mark::unknown) << unknown;
  }
  for (const char* none : {"null", "\"\"", "[]"}) { EXPECT_EQ(mark(none), Mark::none) << none; }
  EXPECT_EQ(mark_of_first_error(Json(-1)), Mark::right);
  EXPECT_EQ(mark_of_first_error(Json(0)), Mark::wrong);
  EXPECT_EQ(mark_of_first_error(Json("2")), Mark::wrong);
}

RowResult read(const std::string& fields, const std::string& correct = "") {
  FieldOptions given;
  given.correct = correct;
  return read_solution(
      Json::parse("{\"question\": \"Q\", \"solution\": \"1. a\\n2. b\", " + fields + "}", "row"),
      make_reading("auto", given, SplitterChoice::automatic, true), "file");
}

TEST(Marks, OfKnownFieldsDropARow) {
  for (const char* fields :
       {"\"correct\": false", "\"is_correct\": \"No\"", "\"final_answer_correct\": 0",
        "\"labels\": [true, false]", "\"resolved\": 0", "\"step_labels\": \"[\\\"+\\\", \\\"-\\\"]\""}) {
    EXPECT_EQ(read(fields).reason, "marked_incorrect") << fields;
  }
}

TEST(Marks, ThatAreNotUsedAreNamed) {
  for (const std::string field : {"correct", "label", "score", "reward", "success", "target"}) {
    const RowResult row = read("\"" + field + "\": 0.25");
    EXPECT_EQ(row.kind, RowResult::Kind::kept) << field;
    EXPECT_EQ(row.notices, mark_not_used(field)) << field;
  }
  EXPECT_EQ(read("\"target\": \"a text\"").notices, 0u);
  EXPECT_EQ(read("\"label\": 0", "label").reason, "marked_incorrect");
  EXPECT_EQ(read("\"label\": 1, \"correct\": false", "label").kind, RowResult::Kind::kept)
      << "the field that the user names wins";
}

}  // namespace
}  // namespace srl::data_prep
