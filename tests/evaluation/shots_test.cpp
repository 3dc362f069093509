// Few-shot prompts.
#include "evaluation/shots.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.hpp"
#include "evaluation/answering.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

class FewShot : public testing::Test {
 protected:
  FewShot() {
    std::ofstream(file_) << R"({"question": "1 + 1?", "answer": "2"})"
                         << "\n"
                         << R"({"question": "2 + 2?", "solution": "Twice two.", "answer": "4"})"
                         << "\n"
                         << R"({"question": "3 + 3?", "answer": "6"})"
                         << "\n";
  }
  test::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_.path() / "shots.jsonl";
  const text::ChatTemplate chatml_{"chatml", text::template_rules("chatml").value()};
};

TEST_F(FewShot, ExamplesAreTurnsBeforeTheQuestion) {
  EXPECT_EQ(whole_prompt("5 + 5?", chatml_, "System.", Shots(file_, 2, {})),
            "<|im_start|>system\nSystem.<|im_end|>\n"
            "<|im_start|>user\n1 + 1?<|im_end|>\n"
            "<|im_start|>assistant\nThe answer is \\boxed{2}.<|im_end|>\n"
            "<|im_start|>user\n2 + 2?<|im_end|>\n"
            "<|im_start|>assistant\nTwice two.\n\nThe answer is \\boxed{4}.<|im_end|>\n"
            "<|im_start|>user\n5 + 5?<|im_end|>\n"
            "<|im_start|>assistant\n");
}

TEST_F(FewShot, AQuestionNeverGetsItsOwnAnswer) {
  const Shots shots(file_, 2, {});
  const auto before = shots.before(" 1  +\n1? ");
  ASSERT_EQ(before.size(), 2u);
  EXPECT_EQ(before[0]->question, "2 + 2?");
  EXPECT_EQ(before[1]->question, "3 + 3?");
}

TEST_F(FewShot, TooFewRowsAreAnError) {
  EXPECT_THAT(test::message_of<BadInput>([&] { Shots(file_, 4, {}); }), testing::HasSubstr("has 3 rows"));
  EXPECT_THAT(test::message_of<BadInput>([&] { Shots(file_, 3, {}).before("1 + 1?"); }),
              testing::HasSubstr("too few rows"));
  EXPECT_THAT(Shots().before("1 + 1?"), testing::IsEmpty());
}

}  // namespace
}  // namespace srl::evaluation
