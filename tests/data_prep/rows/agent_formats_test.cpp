// Formats of agents: the calls of each are the same commands, thoughts and observations.
#include <gmock/gmock.h>

#include "data_prep/agent/turns.hpp"

namespace srl::data_prep {
namespace {

using testing::ElementsAre;

Turns turns_of(const std::string& json) {
  return agent_turns(Json::parse(json, "test"), {});
}

/// A run that thinks "L", runs ls, sees "o", and submits.
void expect_the_run(const std::string& json) {
  const Turns turns = turns_of(json);
  ASSERT_EQ(turns.steps.size(), 2u) << json;
  EXPECT_EQ(turns.steps[0].thought, "L") << json;
  EXPECT_EQ(turns.steps[0].action, "ls") << json;
  EXPECT_EQ(turns.steps[0].observation, "o") << json;
  EXPECT_EQ(turns.steps[1].action, "submit") << json;
}

std::string chat(const std::string& message,
                 const std::string& reply = R"({"role": "user", "content": "o"})") {
  return R"([{"role": "user", "content": "q"}, )" + message + ", " + reply +
         R"(, {"role": "assistant", "content": "```bash\nsubmit\n```"}])";
}
std::string said(const std::string& text) {
  return chat(R"({"role": "assistant", "content": ")" + text + "\"}");
}

TEST(AgentFormats, OfCallsInTexts) {
  expect_the_run(
      said(R"(L\n<tool_call>\n{\"name\": \"bash\", \"arguments\": {\"command\": \"ls\"}}\n</tool_call>)"));
  expect_the_run(said(
      R"(L <tool_call>\n<function=bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>)"));
  expect_the_run(said(R"(L <function_calls><invoke name=\"bash\"><parameter name=\"command\">)"
                      R"(ls</parameter></invoke></function_calls>)"));
  expect_the_run(said(R"(L <execute_bash>\nls\n</execute_bash>)"));
  expect_the_run(said(R"(L [TOOL_CALLS] [{\"name\": \"bash\", \"arguments\": {\"command\": \"ls\"}}])"));
  expect_the_run(said(R"(Thought: L\nAction: bash\nAction Input: {\"command\": \"ls\"})"));
  expect_the_run(said(R"(<think>L</think><function=execute_bash><parameter=cmd>ls</parameter></function>)"));
}

TEST(AgentFormats, OfCallsBesideTexts) {
  expect_the_run(chat(R"({"role": "assistant", "content": [{"type": "text", "text": "L"}, 
      {"type": "tool_use", "id": "1", "name": "bash", "input": {"command": "ls"}}]})",
                      R"({"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1",
      "content": [{"type": "text", "text": "o"}]}]})"));
  expect_the_run(chat(R"({"role": "assistant", "content": [{"type": "thinking", "thinking": "L"}, 
      {"type": "tool_use", "id": "1", "name": "bash", "input": {"command": "ls"}}]})"));
  expect_the_run(chat(R"({"role": "assistant", "content": "L", "function_call": {"name": "bash",
      "arguments": "{\"command\": \"ls\"}"}})",
                      R"({"role": "function", "content": "o"})"));
  expect_the_run(chat(R"({"role": "assistant", "content": "L",
      "tool_calls": "[{\"name\": \"bash\", \"arguments\": {\"command\": \"ls\"}}]"})",
                      R"({"role": "tool", "content": "<tool_response>\no\n</tool_response>"})"));
  expect_the_run(R"([{"from": "human", "value": "q"}, {"from": "gpt", "value": "L"},
      {"from": "function_call", "value": "{\"name\": \"bash\", \"arguments\": {\"command\": \"ls\"}}"},
      {"from": "observation", "value": "o"}, {"from": "gpt", "value": "```sh\nsubmit\n```"}])");
}

TEST(AgentFormats, OfItemsAndEvents) {
  expect_the_run(R"([{"role": "user", "content": "q"},
      {"type": "reasoning", "summary": [{"type": "summary_text", "text": "L"}]},
      {"type": "function_call", "call_id": "1", "name": "bash", "arguments": "{\"command\": \"ls\"}"},
      {"type": "function_call_output", "call_id": "1", "output": "o"},
      {"type": "local_shell_call", "action": {"command": ["bash", "-lc", "submit"]}}])");
  expect_the_run(R"([{"action": "message", "source": "user", "args": {"content": "q"}},
      {"action": "run", "args": {"command": "ls", "thought": "L"}}, {"observation": "run", "content": "o"},
      {"action": "recall", "args": {"query": "q"}}, {"observation": "recall", "content": "none"},
      {"action": "run", "command": "submit"}])");
  expect_the_run(R"([[{"action": "run", "args": {"command": "ls", "thought": "L"}},
      {"observation": "run", "content": "o"}],
      [{"action": "run", "command": "submit"}, {"observation": "null", "content": ""}]])");
  expect_the_run(R"([{"thought": "L", "action": "<function=bash><parameter=command>ls</parameter></function>",
      "observation": "o"}, {"action": "submit"}])");
}

TEST(AgentFormats, PlainFencesAreCommandsWhereAStyleSaysSo) {
  const char* run =
      R"([{"role": "ai", "text": "L\n```\nx = 1\n```\n```\nls\n```"}, {"role": "user", "text": "o"}])";
  const Turns turns = agent_turns(Json::parse(run, "run"), {{}, true});
  ASSERT_EQ(turns.steps.size(), 1u);
  EXPECT_EQ(turns.steps[0].action, "ls");
  EXPECT_EQ(turns.steps[0].thought, "L\nx = 1");
  EXPECT_EQ(turns_of(run).without_command, 1);
}

TEST(AgentFormats, ParallelCallsAreOneStep) {
  const Turns turns = turns_of(R"([{"role": "assistant", "content":
      "<tool_call>{\"name\": \"bash\", \"arguments\": {\"command\": \"ls\"}}\n)"
                               R"({\"name\": \"bash\", \"arguments\": {\"command\": \"pwd\"}}</tool_call>"},
      {"role": "tool", "content": "o"}, {"role": "tool", "content": "p"}])");
  ASSERT_EQ(turns.steps.size(), 1u);
  EXPECT_EQ(turns.steps[0].action, "ls\npwd");
  EXPECT_EQ(turns.steps[0].observation, "o\np");
}

TEST(AgentFormats, ToolsForThinkingAreThoughts) {
  const Turns turns = turns_of(R"([
      {"role": "assistant", "content": "",
       "tool_calls": [{"name": "think", "arguments": {"thought": "words"}}]},
      {"role": "tool", "content": "logged"},
      {"role": "assistant", "content": "L",
       "tool_calls": [{"name": "bash", "arguments": {"command": "ls"}}]},
      {"role": "tool", "content": "o"},
      {"role": "assistant",
       "content": "<function=finish>\n<parameter=message>said</parameter>\n</function>"}])");
  ASSERT_EQ(turns.steps.size(), 2u);
  EXPECT_EQ(turns.steps[0].thought, "words\n\nL");
  EXPECT_EQ(turns.steps[0].observation, "o");
  EXPECT_EQ(turns.steps[1].action, "<function=finish>\n</function>");
  EXPECT_EQ(turns.steps[1].thought, "said");
  EXPECT_EQ(turns.without_command, 0);
}

TEST(AgentFormats, MalformedCallsGiveNoStep) {
  for (const char* text :
       {R"(<tool_call>{\"name\": \"bash\",</tool_call>)", R"(<tool_call>{\"name\": \"bash\"})",
        R"(</tool_call>)", R"([TOOL_CALLS] [{)", R"(<execute_bash>ls)",
        R"(<invoke name=\"bash\"><parameter name=\"command\">ls)"}) {
    const Turns turns = turns_of(said(text));
    EXPECT_EQ(turns.malformed, 1) << text;
    EXPECT_EQ(turns.steps.size(), 1u) << text;
  }
}

}  // namespace
}  // namespace srl::data_prep
