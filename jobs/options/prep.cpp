#include "jobs/options/prep.hpp"

namespace srl::jobs {

std::vector<std::pair<std::string, std::string>> PrepOptions::subcommands() {
  return {
      {"", "expert solutions to shards of steps"},
      {"guess", "the form of a file's first rows, what becomes of them, and the command to prepare them"},
      {"inspect", "contents of a data folder, and instances as the policy will see them"},
      {"verify", "check of all checksums, offsets, texts and counts of a data folder"},
      {"export",
       "solutions as JSON lines or as chats that ask for a rewriting; also reads the rewritten solutions"},
      {"generate", "synthetic problems with their expert solutions, or their warm-up texts"}};
}

void PrepOptions::visit(const std::string& command, config::Visitor& v) {
  common.visit(v);
  if (command.empty()) {
    prepare.visit(v);
  } else if (command == "guess") {
    guess.visit(v);
  } else if (command == "inspect") {
    inspect.visit(v);
  } else if (command == "verify") {
    verify.visit(v);
  } else if (command == "export") {
    exported.visit(v);
  } else if (command == "generate") {
    generate.visit(v);
  }
}

}  // namespace srl::jobs
