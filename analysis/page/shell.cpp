#include "analysis/page/shell.hpp"

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

std::string quoted(const std::string& argument) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./%@";
  if (!argument.empty() && argument.find_first_not_of(plain) == std::string::npos) { return argument; }
  std::string text = "'";
  for (const char c : argument) { text += c == '\'' ? std::string("'\\''") : std::string(1, c); }
  return text + "'";
}

}  // namespace

std::string command_of(const std::string& program, const std::vector<std::string>& arguments) {
  std::string text = program;
  for (const std::string& argument : arguments) { text += " " + quoted(argument); }
  return text;
}

std::string command_of(const Json& provenance) {
  const Json *job = provenance.find("job"), *arguments = provenance.find("arguments");
  if (job == nullptr || !job->is_string() || arguments == nullptr || !arguments->is_array()) { return ""; }
  std::vector<std::string> words;
  for (const Json& argument : arguments->as_array()) {
    if (argument.is_string()) { words.push_back(argument.as_string()); }
  }
  std::string text;
  const Json *folder = provenance.find("folder"), *ranks = provenance.find("ranks");
  if (folder != nullptr && folder->is_string()) { text = cat("cd ", quoted(folder->as_string()), "\n"); }
  if (ranks != nullptr && ranks->is_integer() && ranks->as_integer() > 1) {
    text += cat("mpirun -n ", ranks->as_integer(), " ");
  }
  return text + command_of(job->as_string(), words);
}

}  // namespace srl::analysis
