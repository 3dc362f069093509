#include "jobs/options/prep.hpp"

namespace srl::jobs {

std::vector<std::pair<std::string, std::string>> PrepOptions::subcommands() {
  return {
      {"", "expert solutions to shards of steps"},
      {"guess", "the form of a file's first rows, how many would be kept, and the command to prepare them"},
      {"inspect", "contents of a data folder, and instances as the policy will see them"},
      {"verify", "check of all checksums, offsets, texts and counts of a data folder"},
      {"export",
       "solutions as JSON lines or as chats that ask for a rewriting; also reads the rewritten solutions"},
      {"generate", "synthetic problems with their expert solutions, or their warm-up texts"}};
}

namespace {

config::FirstPage first_page_of_prep(const std::string& command) {
  if (command.empty()) {
    return {
        .required = {"input", "output"},
        .often = {"config", "preset", "splitter", "fields.question", "fields.solution", "holdout.questions"}};
  }
  if (command == "guess") { return {.required = {"file"}, .often = {"rows"}}; }
  if (command == "inspect") {
    return {.required = {"data"}, .often = {"model", "split", "limit", "instance.view"}};
  }
  if (command == "verify") { return {.required = {"data"}, .often = {}}; }
  if (command == "export") {
    return {.required = {"data"}, .often = {"output", "split", "messages", "rewrites"}};
  }
  return {.required = {"output"},
          .often = {"seed", "synthetic.problem", "synthetic.texts", "synthetic.training", "synthetic.steps"}};
}

}  // namespace

void PrepOptions::visit(const std::string& command, config::Visitor& v) {
  v.first_page(first_page_of_prep(command));
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
