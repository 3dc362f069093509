// Limits of length in characters, steps and tokens. A solution that is exactly at a limit is kept.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "data_prep/chunk/row_rules.hpp"

namespace srl::data_prep {
namespace {

trajectory::Solution solution(const std::string& question, const std::vector<std::string>& actions) {
  trajectory::Solution made;
  made.question = question;
  for (const std::string& action : actions) { made.steps.emplace_back().action = action; }
  return made;
}
/// The reason why a solution is dropped, or "". Its question has 6 characters (8 bytes), its steps 4, 5
/// and 3.
std::string over(std::int64_t LimitOptions::* limit, std::int64_t value) {
  RowRules rules;
  rules.limits.*limit = value;
  return over_limit(solution("\xC3\xA4"
                             "bcde\xC3\xB6",
                             {"abcd",
                              "\xE2\x82\xAC"
                              "2345",
                              "abc"}),
                    rules);
}

TEST(Limits, OfCharactersAreOfCodePoints) {
  EXPECT_EQ(over(&LimitOptions::question_chars, 0), "") << "0 means no limit";
  EXPECT_EQ(over(&LimitOptions::question_chars, 6), "");
  EXPECT_EQ(over(&LimitOptions::question_chars, 5), "question_too_long");
  EXPECT_EQ(over(&LimitOptions::step_chars, 5), "");
  EXPECT_EQ(over(&LimitOptions::step_chars, 4), "step_too_long");
  EXPECT_EQ(over(&LimitOptions::solution_chars, 12), "") << "all steps together";
  EXPECT_EQ(over(&LimitOptions::solution_chars, 11), "solution_too_long");
}

TEST(Limits, OfSteps) {
  EXPECT_EQ(over(&LimitOptions::steps, 3), "");
  EXPECT_EQ(over(&LimitOptions::steps, 2), "too_many_steps");
}

TEST(Limits, OfTokensAreOfTheModelsTokenizer) {
  const text::Tokenizer tokenizer = text::Tokenizer::load(SRL_SOURCE_DIR "/tests/data/tokenizers/smollm");
  const std::string question = "How many pens are in 3 boxes of 4 pens?", first = "There are 3 boxes.",
                    second = "So there are 3 * 4 = 12 pens.";
  const auto tokens = [&](const std::string& text) { return std::ssize(tokenizer.encode(text)); };
  ASSERT_LT(tokens(question), std::ssize(question)) << "tokens are not characters";
  const auto why = [&](std::int64_t LimitOptions::* limit, std::int64_t value) {
    RowRules rules;
    rules.tokenizer = &tokenizer;
    rules.limits.*limit = value;
    return over_limit(solution(question, {first, second}), rules);
  };
  EXPECT_EQ(why(&LimitOptions::question_tokens, tokens(question)), "");
  EXPECT_EQ(why(&LimitOptions::question_tokens, tokens(question) - 1), "question_too_long");
  EXPECT_EQ(why(&LimitOptions::step_tokens, tokens(second)), "");
  EXPECT_EQ(why(&LimitOptions::step_tokens, tokens(second) - 1), "step_too_long");
  EXPECT_EQ(why(&LimitOptions::solution_tokens, tokens(first) + tokens(second)), "");
  EXPECT_EQ(why(&LimitOptions::solution_tokens, tokens(first) + tokens(second) - 1), "solution_too_long");
}

TEST(Limits, DropRowsAndNameTheReasonInTheChunk) {
  RowRules rules;
  rules.reading = make_reading("auto", {}, SplitterChoice::automatic, true);
  rules.limits.step_chars = 10;
  RowProcessor processor(rules);
  RowReader reader(
      text_source("{\"question\": \"q\", \"steps\": [\"short\", \"also short\"]}\n{\"question\": \"q\", "
                  "\"steps\": [\"short\", \"this is longer\"]}\n"
                  "{\"question\": \"q\", \"steps\": 5}\n"),
      Form::lines, 0, ~std::uint64_t{0}, 1000);
  ChunkWriter chunk;
  RowText row;
  while (reader.next(row)) { processor.add(row, "file", chunk); }
  const auto file = std::filesystem::temp_directory_path() / ("srl_limits_" + std::to_string(getpid()));
  chunk.write(file, {});
  {
    const ChunkReader made(file, true);
    ASSERT_EQ(made.records().size(), 3u);
    EXPECT_EQ(made.records()[0].kind, Kind::kept);
    EXPECT_EQ(made.records()[1].kind, Kind::dropped);
    EXPECT_EQ(reason_name(made.records()[1].reason), "step_too_long");
    EXPECT_EQ(made.records()[2].kind, Kind::rejected)
        << "a wrong type is a fault of the record, a long step is not";
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace srl::data_prep
