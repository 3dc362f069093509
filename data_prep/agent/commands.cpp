#include "data_prep/agent/commands.hpp"

#include <algorithm>
#include <array>

#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::data_prep {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}
constexpr std::array<std::string_view, 10> shells{
    "bash",     "execute_bash", "shell",           "local_shell",       "sh",
    "terminal", "run_command",  "execute_command", "run_shell_command", "run_in_terminal"};
constexpr std::array<std::string_view, 4> thinkers{"think", "thinking", "thought", "sequentialthinking"};
constexpr std::array<std::string_view, 2> finishers{"finish", "task_complete"};

/// The command of a shell: a text, or words of which `bash -lc` may be the first.
std::string shell_command(const Json& arguments) {
  for (const char* name : {"command", "cmd", "commands"}) {
    const Json* given = arguments.find(name);
    if (given == nullptr) { continue; }
    if (given->is_string()) { return std::string(python_strip(std::string_view(given->as_string()))); }
    if (!given->is_array() || given->as_array().empty()) { continue; }
    std::vector<std::string> words;
    for (const Json& word : given->as_array()) { words.push_back(content_text(word)); }
    const bool shell = words.size() == 3 && words[1].starts_with("-") && words[1].ends_with("c");
    return shell ? words[2] : join(words, std::string_view(name) == "commands" ? "\n" : " ");
  }
  return "";
}

/// The texts among the arguments.
std::string words_of(const Json& arguments) {
  std::string words;
  for (const auto& [name, value] : arguments.as_object()) {
    const std::string text = content_text(value);
    if (name != "task_completed" && name != "command") {
      append(words, python_strip(std::string_view(text)), "\n\n");
    }
  }
  return words;
}

std::string as_function(const Call& call) {
  std::string text = cat("<function=", call.name, ">\n");
  for (const auto& [name, value] : call.arguments.as_object()) {
    text +=
        cat("<parameter=", name, ">", value.is_string() ? value.as_string() : value.dump(), "</parameter>\n");
  }
  return text + "</function>";
}

bool opens_shell(std::string_view line) {
  static constexpr std::array<std::string_view, 5> marks{"```bash", "```sh", "```shell",
                                                         "```mswea_bash_command", "```zsh"};
  return is_one_of(python_strip(line), marks);
}

template <class Take>
void for_lines(std::string_view text, const Take& take) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    take(text.substr(begin, end - begin));
    begin = end + 1;
  }
}

/// Shell fences are commands; other fences stay in the thought.
void take_fences(std::string_view text, Commands& result) {
  std::string command;
  bool inside = false, other = false;
  for_lines(text, [&](std::string_view line) {
    if (inside && python_strip(line) == "```") {
      result.commands.emplace_back(python_strip(std::string_view(command)));
      inside = false;
    } else if (inside) {
      command.append(line) += '\n';
    } else if (!other && opens_shell(line)) {
      inside = true;
      command.clear();
    } else {
      if (python_strip(line).starts_with("```")) { other = !other; }
      result.thought.append(line) += '\n';
    }
  });
  result.malformed |= inside;
}

/// The last fence is the command, whatever its language (SWE-agent's own form).
void take_last_fence(std::string_view text, Commands& result) {
  std::vector<std::string> parts{""};  // outside, inside, outside, …
  for_lines(text, [&](std::string_view line) {
    if (python_strip(line).starts_with("```")) {
      parts.emplace_back();
    } else {
      parts.back().append(line) += '\n';
    }
  });
  if (parts.size() == 1) {
    result.thought = parts[0];
    return;
  }
  result.malformed = parts.size() % 2 == 0;
  const std::size_t last = parts.size() % 2 == 0 ? parts.size() - 1 : parts.size() - 2;
  result.commands.emplace_back(python_strip(std::string_view(parts[last])));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != last) { append(result.thought, python_strip(std::string_view(parts[i]))); }
  }
}

}  // namespace

void add_call(const Call& call, Commands& to, std::string_view written) {
  if (call.malformed) {
    to.malformed = true;
    return;
  }
  if (is_one_of(call.name, thinkers) || is_one_of(call.name, finishers)) {
    append(to.thought, words_of(call.arguments), "\n\n");
    to.thinks = true;
    if (is_one_of(call.name, finishers)) {
      to.commands.push_back(cat("<function=", call.name, ">\n</function>"));
    }
    return;
  }
  if (is_one_of(call.name, shells)) {
    if (std::string command = shell_command(call.arguments); !command.empty()) {
      to.commands.push_back(std::move(command));
      return;
    }
  }
  to.commands.push_back(written.empty() ? as_function(call) : std::string(python_strip(written)));
}

Commands commands_in_text(const std::string& text, bool plain_fences) {
  Commands result;
  const bool calls = take_tool_call_tags(text, result) || take_functions(text, result) ||
                     take_invocations(text, result) || take_execute_tags(text, result) ||
                     take_call_list(text, result) || take_action_lines(text, result);
  if (!calls && plain_fences) {
    take_last_fence(text, result);
  } else if (!calls) {
    take_fences(text, result);
  }
  result.thought = std::string(python_strip(std::string_view(result.thought)));
  if (result.malformed) { result.commands.clear(); }
  return result;
}

}  // namespace srl::data_prep
