// Hand-checked turns of software agents (docs/method.md, "Steps of a software agent"), in the three forms of
// trajectories.
#include <gmock/gmock.h>

#include "data_prep/actions.hpp"
#include "data_prep/agent/turns.hpp"
#include "data_prep/split/solutions.hpp"

namespace srl::data_prep {
namespace {

using testing::ElementsAre;

Turns turns_of(const std::string& json) {
  return agent_turns(Json::parse(json, "test"), {{"OBSERVATION:\n"}, false});
}

TEST(Commands, OfFunctionCallsInText) {
  const Commands bash = commands_in_text(
      "Let us look.\n\n<function=bash>\n<parameter=command>ls -la\ncat a</parameter>\n</function>");
  EXPECT_THAT(bash.commands, ElementsAre("ls -la\ncat a"));
  EXPECT_EQ(bash.thought, "Let us look.");
  const std::string view = "<function=editor>\n<parameter=path>/a</parameter>\n</function>";
  EXPECT_THAT(commands_in_text("See\n" + view).commands, ElementsAre(view));
  EXPECT_THAT(commands_in_text("<function=submit>\n</function>").commands,
              ElementsAre("<function=submit>\n</function>"));
}

TEST(Commands, SeveralAreKeptInOrder) {
  EXPECT_THAT(commands_in_text("<function=bash><parameter=command>a</parameter></function> then "
                               "<function=bash><parameter=command>b</parameter></function>")
                  .commands,
              ElementsAre("a", "b"));
  EXPECT_THAT(commands_in_text("First\n```bash\na\n```\nthen\n```bash\nb\n```").commands,
              ElementsAre("a", "b"));
}

TEST(Commands, MalformedMarksGiveNone) {
  for (const char* text :
       {"<function=bash><parameter=command>ls</parameter>", "ls</parameter></function>", "```bash\nls",
        "<function=bash><function=bash><parameter=command>ls</parameter></function>"}) {
    const Commands taken = commands_in_text(text);
    EXPECT_TRUE(taken.malformed) << text;
    EXPECT_TRUE(taken.commands.empty()) << text;
  }
}

TEST(Commands, OtherFencesAreThought) {
  const Commands taken =
      commands_in_text("Like this:\n```python\nx = 1\n```\nRun it:\n```sh\npython x.py\n```");
  EXPECT_THAT(taken.commands, ElementsAre("python x.py"));
  EXPECT_EQ(taken.thought, "Like this:\n```python\nx = 1\n```\nRun it:");
  EXPECT_TRUE(commands_in_text("just words").commands.empty());
  EXPECT_FALSE(commands_in_text("just words").malformed);
}

TEST(Turns, OfMiniSweAgent) {
  const Turns turns = turns_of(R"([{"role": "system", "content": "s"}, {"role": "user", "content": "fix it"},
    {"role": "assistant", "content": "I look.", "actions": ["ls"]}, {"role": "tool", "content": "a.py"},
    {"role": "assistant", "content": "Both.", "actions": ["cat a.py", {"command": "cat b.py"}]}, )"
                               R"({"role": "tool", "content": "A"}, {"role": "tool", "content": "B"},
    {"role": "assistant", "content": "Done.", "actions": ["submit"]}, {"role": "exit", "content": "diff"}])");
  EXPECT_THAT(actions(turns), ElementsAre("ls", "cat a.py\ncat b.py", "submit"));
  EXPECT_EQ(turns.steps[0].thought, "I look.");
  EXPECT_EQ(turns.steps[1].observation, "A\nB");
  EXPECT_EQ(turns.steps[2].observation, std::nullopt);
}

TEST(Turns, WithoutACommandAreLeftOutWithWhatCameBack) {
  const Turns turns =
      turns_of(R"([{"role": "user", "content": "fix it"}, {"role": "assistant", "content": "Hm."}, )"
               R"({"role": "user", "content": "Please give a command."},
    {"role": "assistant", "content": "```bash\nls"}, {"role": "user", "content": "No command found."},
    {"role": "assistant", "content": "```bash\nls\n```"}, )"
               R"({"role": "user", "content": "OBSERVATION:\na.py"}])");
  EXPECT_THAT(actions(turns), ElementsAre("ls"));
  EXPECT_EQ(turns.steps[0].observation, "a.py");
  EXPECT_EQ(turns.without_command, 1);
  EXPECT_EQ(turns.malformed, 1);
}

TEST(Turns, OfToolCallsReadLikeCallsInText) {
  const Turns turns =
      turns_of(R"([{"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "bash", )"
               R"("arguments": "{\"command\": \"ls\"}"}}]},
    {"role": "tool", "content": [{"type": "text", "text": "OBSERVATION:\na.py"}]},
    {"role": "assistant", "content": "t", "tool_calls": [{"name": "editor", )"
               R"("arguments": {"path": "/a", "n": 3}}]},
    {"role": "assistant", "content": "t", "tool_calls": [{"function": {"name": "bash", )"
               R"("arguments": "{torn"}}]}])");
  EXPECT_THAT(
      actions(turns),
      ElementsAre(
          "ls",
          "<function=editor>\n<parameter=path>/a</parameter>\n<parameter=n>3</parameter>\n</function>"));
  EXPECT_EQ(turns.steps[0].observation, "a.py");
  EXPECT_EQ(turns.malformed, 1);
}

TEST(Turns, OfSweAgentAreThoughtActionObservation) {
  const Turns turns = turns_of(R"([{"thought": " look ", "action": "ls\n", "observation": "a"}, )"
                               R"({"thought": "", "action": "", "observation": "none"},
    {"thought": "", "action": "submit", "observation": "diff", "is_demo": false}, )"
                               R"({"action": "x", "is_demo": true}])");
  EXPECT_THAT(actions(turns), ElementsAre("ls", "submit"));
  EXPECT_EQ(turns.steps[0].thought, "look");
  EXPECT_EQ(turns.steps[1].thought, std::nullopt);
  EXPECT_EQ(turns.without_command, 1);
}

RowResult read(const std::string& json) {
  return read_solution(Json::parse(json, "test"), make_reading("auto", {}, SplitterChoice::automatic, true),
                       "file");
}

TEST(AgentRows, AreRecognisedByTheirFields) {
  const RowResult chat = read(R"({"instance_id": "i", "resolved": true, "messages": [{"role": "user", )"
                              R"("content": "x <pr_description>\nIt breaks.\n</pr_description> y"},
    {"role": "assistant", "content": "", "actions": ["ls"]}, {"role": "tool", "content": "a"}, )"
                              R"({"role": "assistant", "content": "", "actions": ["submit"]}]})");
  ASSERT_EQ(chat.kind, RowResult::Kind::kept) << chat.reason;
  EXPECT_EQ(chat.solution.domain, "agent");
  EXPECT_EQ(chat.solution.question, "It breaks.");
  EXPECT_EQ(chat.solution.id, "i");
  EXPECT_EQ(chat.splitter, "agent");
  const RowResult traj = read(
      R"({"environment": "e", "history": [{"role": "user", "content": [{"type": "text", "text": "Issue"}]}],
    "trajectory": [{"action": "ls", "observation": "a"}, {"action": "submit", "observation": ""}]})");
  ASSERT_EQ(traj.kind, RowResult::Kind::kept) << traj.reason;
  EXPECT_EQ(traj.solution.question, "Issue");
  EXPECT_EQ(traj.solution.id, "e");
}

TEST(AgentRows, NotResolvedAreDroppedAndOnesWithoutCommandsHaveNoSteps) {
  EXPECT_EQ(read(R"({"resolved": false, "messages": [{"role": "user", "content": "q"}, )"
                 R"({"role": "assistant", "content": "", "actions": ["a"]}, )"
                 R"({"role": "assistant", "content": "", "actions": ["b"]}]})")
                .reason,
            "marked_incorrect");
  EXPECT_EQ(
      read(R"({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "words"}]})")
          .reason,
      "no_steps");
  EXPECT_EQ(read(R"({"messages": [{"role": "assistant", "content": "words"}]})").reason,
            "question_is_not_text");
}

}  // namespace
}  // namespace srl::data_prep
