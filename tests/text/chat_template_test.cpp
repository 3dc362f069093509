// Chat templates: the prompts that they render, and how a model's template is recognised.
// tests/peers/text_peer.py compares them with transformers.
#include "text/chat_template.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "support/temporary_folder.hpp"
#include "text/chat/template_recognition.hpp"

namespace {

using srl::text::ChatTemplate;
using srl::text::Message;
using srl::text::recognise_template;

const std::vector<Message> question = {{"user", "What is 2 + 2?"}};

std::string render(const std::string& name, const std::vector<Message>& messages) {
  return ChatTemplate(name, *srl::text::template_rules(name)).prompt(messages);
}

TEST(ChatTemplate, ChatmlPutsTheModelsOwnSystemPromptWhereNoneIsGiven) {
  EXPECT_EQ(
      render("chatml_smollm", question),
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
      "<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(
      render("chatml_qwen", {{"system", "Be brief."}, {"user", "Hi"}}),
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(render("chatml", question),
            "<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatTemplate, Qwen3DropsThoughtsOfEarlierTurnsAndKeepsTheLast) {
  const std::vector<Message> talk = {
      {"user", "a"}, {"assistant", "<think>\nhm\n</think>\n\nb"}, {"user", "c"}};
  EXPECT_EQ(render("qwen3", talk),
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>"
            "\n<|im_start|>assistant\n");
  EXPECT_EQ(render("qwen3", {{"user", "a"}, {"assistant", "b"}}),
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<think>\n\n</"
            "think>\n\nb<|im_end|>\n<|im_start|>assistant\n");
}

TEST(ChatTemplate, SaysWhetherTheGenerationPromptOpensTheThought) {
  EXPECT_TRUE(ChatTemplate("x", *srl::text::template_rules("qwen3_thinking")).opens_think());
  EXPECT_FALSE(ChatTemplate("x", *srl::text::template_rules("qwen3")).opens_think());
  EXPECT_FALSE(ChatTemplate("x", *srl::text::template_rules("qwen3_no_think")).opens_think());
}

TEST(ChatTemplate, Llama3TrimsContentsAndLlama31WritesItsDates) {
  EXPECT_EQ(render("llama3", {{"user", " hi \n"}}),
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|><|start_header_id|>"
            "assistant<|end_header_id|>\n\n");
  EXPECT_TRUE(render("llama3_1", question)
                  .starts_with("<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting "
                               "Knowledge Date: December "
                               "2023\nToday Date: 26 Jul 2024\n\n<|eot_id|>"));
}

TEST(ChatTemplate, UnknownNamesAndRolesAreRefused) {
  EXPECT_THROW(ChatTemplate::load(".", "chatgpt"), srl::BadOption);
  EXPECT_THROW(render("chatml", {{"tool", "x"}}), srl::BadInput);
}

constexpr const char* chatml_source =
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ "
    "'<|im_start|>system\nSYSTEM<|im_end|>\n' }}"
    "{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% "
    "endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

std::string with_system(const std::string& system) {
  std::string source = chatml_source;
  return source.replace(source.find("SYSTEM"), 6, system);
}

TEST(TemplateRecognition, TellsTheChatmlModelsByTheirSystemPrompt) {
  EXPECT_EQ(
      recognise_template(with_system("You are a helpful AI assistant named SmolLM, trained by Hugging Face"))
          ->name,
      "chatml_smollm");
  EXPECT_EQ(
      recognise_template(with_system("You are Qwen, created by Alibaba Cloud. You are a helpful assistant."))
          ->name,
      "chatml_qwen");
  const auto other = recognise_template(with_system("Please reason step by step."));
  EXPECT_EQ(other->name, "chatml");
  EXPECT_EQ(other->rules.default_system, "Please reason step by step.");
}

TEST(TemplateRecognition, RefusesTemplatesWithAnythingItDoesNotKnow) {
  std::string source = with_system("S");
  EXPECT_FALSE(recognise_template(source + "{{ '<|extra|>' }}"));
  EXPECT_FALSE(recognise_template(source + "text outside"));
  EXPECT_FALSE(
      recognise_template(source.replace(source.find("message['content']"), 18, "message['content'] | trim")));
  EXPECT_FALSE(recognise_template("{{ messages }}"));
  EXPECT_FALSE(recognise_template("{{ '<|im_start|>"));
}

TEST(TemplateRecognition, LooksPastWhatIsSaidAboutTools) {
  const std::string tools = R"({% if tools %}{{ "# Tools\n\nYou may call functions\n<tools>" }})"
                            R"({{ '<tool_call>\n{"name": "' }}{{ '", "arguments": ' }}{% endif %})";
  EXPECT_EQ(recognise_template(with_system("S") + tools)->name, "chatml");
  const std::string llama = R"J({{- bos_token }}{#- it's a comment #}{%- if not date_string is defined %})J"
                            R"J({%- set date_string = strftime_now("%d %b %Y") %}
{{- "Tools: " + builtin_tools | reject('equalto', 'code_interpreter') | join(", ") }})J"
                            R"J({{- "Environment: ipython\n" }}
{{- "Cutting Knowledge Date: December 2023\n" }}{{- "Today Date: " + date_string + "\n\n" }})J"
                            R"J({{- "<|eot_id|>" }}
{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + )J"
                            R"J('<|eot_id|>' }}
{{- "<|python_tag|>" + tool_call.name + ".call(" }}{{- arg_name + '="' + arg_val + '"' }})J"
                            R"J({{- ")" }}{{- "<|eom_id|>" }}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %})J";
  EXPECT_EQ(recognise_template(llama)->name, "llama3_1");
  EXPECT_FALSE(recognise_template(llama + "{{ '<|extra|>' }}"));
}

TEST(TemplateRecognition, ModelFoldersSayTheirTemplate) {
  const srl::test::TemporaryFolder folder;
  EXPECT_EQ(ChatTemplate::load(folder.path(), "auto").name(), "plain");
  srl::Json config = srl::Json::object();
  config["chat_template"] = with_system("S");
  srl::write_file_atomically(folder.path() / "tokenizer_config.json", config.dump());
  EXPECT_EQ(ChatTemplate::load(folder.path(), "auto").name(), "chatml");
  srl::write_file_atomically(folder.path() / "chat_template.jinja", "{{ 'something else' }}");
  try {
    ChatTemplate::load(folder.path(), "auto");
    FAIL() << "an unknown template was accepted";
  } catch (const srl::BadInput& error) {
    EXPECT_NE(std::string(error.what()).find("chatml_qwen"), std::string::npos) << error.what();
  }
  EXPECT_EQ(ChatTemplate::load(folder.path(), "llama3").name(), "llama3");
}

TEST(ChatTemplateFile, IsReadAndItsUnknownFieldsAreNamed) {
  const srl::test::TemporaryFolder folder;
  const auto file = folder.path() / "mine.json";
  srl::write_file_atomically(file, R"({"before_role": "[", "after_role": "] ", "after_content": "\n", )"
                                   R"("generation": "[me] <think>\n", "turn_end": "</s>"})");
  const ChatTemplate chat_template = ChatTemplate::load(folder.path(), file.string());
  EXPECT_EQ(chat_template.prompt({{"system", "s"}, {"user", "u"}}), "[system] s\n[user] u\n[me] <think>\n");
  EXPECT_TRUE(chat_template.opens_think());
  srl::write_file_atomically(file, R"({"after_contents": "\n"})");
  EXPECT_THROW(ChatTemplate::load(folder.path(), file.string()), srl::BadInput);
}

}  // namespace
