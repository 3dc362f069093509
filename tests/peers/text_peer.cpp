// The C++ side of text_peer.py. Reads JSON lines from stdin and writes JSON lines to stdout.
//   text_peer tokenize FOLDER
//   text_peer detokenize FOLDER
//   text_peer stream FOLDER          {"ids"} → {"text"} joined from the pieces of the streaming decoder
//   text_peer chat FOLDER TEMPLATE   {"messages": [{"role", "content"}]} → {"prompt", "template": its name}
//   text_peer gguf FOLDER            one {"tokens", "merges", …} → tokenizer files in FOLDER
#include <iostream>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/strings.hpp"
#include "text/chat_template.hpp"
#include "text/gguf_tokenizer.hpp"
#include "text/jsonl.hpp"

namespace {

using srl::Json;
using namespace srl::text;

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> result;
  for (const Json& item : list.as_array()) { result.push_back(item.as_string()); }
  return result;
}

void stream(const Tokenizer& tokenizer) {
  for (std::string line; std::getline(std::cin, line);) {
    StreamDecoder decoder(tokenizer);
    std::string text;
    const Json row = Json::parse(line, "line");
    for (const Json& id : row.at("ids").as_array()) {
      text += decoder.push(static_cast<TokenId>(id.as_integer()));
    }
    text += decoder.finish();
    std::cout << Json(Json::Object{{"text", text}}).dump() << '\n';
  }
}

void chat(const ChatTemplate& chat_template) {
  for (std::string line; std::getline(std::cin, line);) {
    std::vector<Message> messages;
    const Json row = Json::parse(line, "line");
    for (const Json& message : row.at("messages").as_array()) {
      messages.push_back({message.at("role").as_string(), message.at("content").as_string()});
    }
    std::cout << Json(Json::Object{{"prompt", chat_template.prompt(messages)},
                                   {"template", chat_template.name()}})
                     .dump()
              << '\n';
  }
}

void gguf(const std::string& folder) {
  std::string line;
  std::getline(std::cin, line);
  const Json row = Json::parse(line, "line");
  GgufTokenizer tokenizer{.tokens = texts(row.at("tokens")),
                          .merges = texts(row.at("merges")),
                          .token_types = {},
                          .pre = row.at("pre").as_string(),
                          .chat_template = row.at("chat_template").as_string(),
                          .bos = row.at("bos").as_integer(),
                          .eos = row.at("eos").as_integer(),
                          .unknown = row.at("unknown").as_integer(),
                          .padding = row.at("padding").as_integer()};
  for (const Json& type : row.at("token_types").as_array()) {
    tokenizer.token_types.push_back(type.as_integer());
  }
  write_tokenizer_files(tokenizer, folder);
}

int run(const std::vector<std::string>& words) {
  const std::string& command = words.at(0);
  if (command == "tokenize") {
    return tokenize_stream(std::cin, std::cout, Tokenizer::load(words.at(1))) ? 0 : 1;
  }
  if (command == "detokenize") {
    return detokenize_stream(std::cin, std::cout, Tokenizer::load(words.at(1))) ? 0 : 1;
  }
  if (command == "stream") {
    stream(Tokenizer::load(words.at(1)));
  } else if (command == "chat") {
    chat(ChatTemplate::load(words.at(1), words.at(2)));
  } else if (command == "gguf") {
    gguf(words.at(1));
  } else {
    throw srl::BadOption(srl::cat("unknown command ", command));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "text_peer: " << error.what() << '\n';
    return 2;
  }
}
