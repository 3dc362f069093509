// Thoughts in solutions: what is thought and what remains, by hand.
#include "data_prep/row/thoughts.hpp"

#include <gtest/gtest.h>

namespace srl::data_prep {
namespace {

void expect_taken(const char* text, const char* thought, const char* rest) {
  const Thought taken = take_thought(text);
  EXPECT_EQ(taken.thought, thought) << text;
  EXPECT_EQ(taken.rest, rest) << text;
}

TEST(Thoughts, OfEveryMarkAreTakenOut) {
  for (const char* text :
       {"<think>\nt\n</think>\n\nrest", "<thinking>t</thinking>rest", "<THINK>t</THINK> rest",
        "<thought>t</thought>rest", "<reasoning>t</reasoning>rest", "[THINK]t[/THINK]rest", "t</think>rest",
        "◁think▷t◁/think▷rest", "<|begin_of_thought|> t <|end_of_thought|> rest",
        "<seed:think>t</seed:think>rest", "<reasoning>t</reasoning><answer>rest</answer>",
        "<|begin_of_thought|>t<|end_of_thought|><|begin_of_solution|>rest<|end_of_solution|>",
        "<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>final<|message|>rest<|return|"
        ">"}) {
    expect_taken(text, "t", "rest");
  }
}

TEST(Thoughts, MayBeSeveralNestedOrOpen) {
  expect_taken("<think>a</think>b<think>c</think>d", "a\n\nc", "b\n\nd");
  expect_taken("<think>a <think>b</think> c</think>d", "a <think>b</think> c", "d");
  expect_taken("<think>a</think>b</think>c", "a\n\nb", "c");
  expect_taken("a <think>b", "b", "a");
  EXPECT_TRUE(take_thought("a <think>b").open);
  expect_taken("<think></think>a", "", "a");
}

TEST(Thoughts, AreNotSeenInOtherTexts) {
  for (const char* text :
       {"", " a ", "a < b and b > c", "the mark `</think>` ends it", "[thin] <thin", "x<|end|>"}) {
    const Thought taken = take_thought(text);
    EXPECT_EQ(taken.thought, "") << text;
    EXPECT_FALSE(taken.open) << text;
  }
  expect_taken(" a `<think>` b ", "", " a `<think>` b ");
}

}  // namespace
}  // namespace srl::data_prep
