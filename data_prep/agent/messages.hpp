#pragma once
// The one form of a chat or of an agent's run: messages of the agent and of its environment. Each format has
// a file of its own that turns its items into messages; to add one, add a function here and a line to the
// table of messages.cpp.
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::data_prep {

/// A call of a tool beside the text of a message.
struct Call {
  std::string name;
  Json arguments = Json::object();  ///< an object; a text when the tool takes free text
  bool malformed = false;
};

struct Message {
  enum class From {
    agent,
    user,
    environment,  ///< what came back from a command
    other         ///< a system message
  } from = From::other;
  std::string text;     ///< with the commands that are written in it
  std::string thought;  ///< reasoning beside the text
  std::vector<Call> calls;
  std::vector<std::string> commands;  ///< commands beside the text
  bool listed = false;                ///< the message has a list of calls or commands, even an empty one
  bool continues = false;             ///< belongs to the same turn as the agent's message before it
};

/// The messages of a list: chats (OpenAI, Anthropic, ShareGPT, nebius), OpenAI's response items, OpenHands'
/// events, or SWE-agent's steps. Demonstrations (`is_demo`) are left out.
std::vector<Message> messages_of(const Json& list);

// The formats (messages.cpp chooses one by the items).
std::vector<Message> messages_of_chat(const Json::Array& items);       // chat.cpp
std::vector<Message> messages_of_responses(const Json::Array& items);  // responses.cpp
std::vector<Message> messages_of_openhands(const Json::Array& items);  // openhands.cpp
std::vector<Message> messages_of_swe_agent(const Json::Array& items);  // messages.cpp

// For the formats.

/// The text of a content: a text itself, or the texts of a list of blocks.
std::string content_text(const Json& content);
/// content_text of a member; empty when there is none.
std::string text_of(const Json& object, const char* key);
/// A call of {"name": …, "arguments": {…} or JSON text}, also inside a member `function`.
Call call_of(const Json& call);
/// Adds a part to a text, after a line end or another separator.
void append(std::string& text, std::string_view part, std::string_view separator = "\n");

/// A chat's question and the reply to it.
struct Exchange {
  std::string question, reply, thought;
  bool more = false;  ///< further exchanges follow
};
/// The first message of the user, and the agent's next one; the agent's first one when the user has none.
Exchange first_exchange(const Json& list);

}  // namespace srl::data_prep
