// srl_prep: expert solutions → shards of steps, and looking at those shards.
#include <algorithm>

#include "data_prep/generate.hpp"
#include "data_prep/inspect.hpp"
#include "data_prep/prepare.hpp"
#include "grading/grading.hpp"

namespace {

/// What stands behind a word of the command line; the word "" is preparing.
struct Command {
  std::string word, meaning;
  std::function<void(srl::config::Visitor&)> visit;
  std::function<int(srl::job::Context&)> run;
};

}  // namespace

int main(int argc, char** argv) {
  namespace prep = srl::data_prep;
  srl::job::CommonOptions common;
  prep::PrepareOptions prepare;
  prep::GenerateOptions generate;
  prep::InspectOptions inspect;
  prep::VerifyOptions verify;
  prep::ExportOptions exported;
  const prep::SameAnswer same_answer = [](const std::string& text, const std::string& reference) { return srl::grading::grade(text, reference, {}).correct; };
  const std::vector<Command> commands{
      {"", "", [&](auto& v) { prepare.visit(v); }, [&](auto& context) { return prep::prepare(prepare, context); }},
      {"inspect", "what a data folder holds, and instances as the policy will see them", [&](auto& v) { inspect.visit(v); },
       [&](auto& context) { return prep::inspect(inspect, context); }},
      {"verify", "every checksum, index and text of a data folder", [&](auto& v) { verify.visit(v); }, [&](auto& context) { return prep::verify(verify, context); }},
      {"export", "solutions as JSON lines or as chats that ask for a rewriting, and rewritings back", [&](auto& v) { exported.visit(v); },
       [&](auto& context) { return prep::export_solutions(exported, context, same_answer); }},
      {"generate", "problems of a small world with their expert solutions, or its warm-up texts", [&](auto& v) { generate.visit(v); },
       [&](auto& context) { return prep::generate(generate, static_cast<std::uint64_t>(common.seed), context); }},
  };
  const auto chosen = [&](const std::string& word) { return std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.word == word; }); };
  srl::config::JobText text{
      .name = "srl_prep",
      .purpose = "Cuts expert solutions into steps and writes them as HDF5 shards, with a manifest, a report and the rows that were not used.",
      .example = "mpirun -n 2 srl_prep --input solutions.jsonl --output data --holdout.questions 60",
      .positional = {"data"},
      .subcommand_optional = true};
  for (const Command& command : commands) {
    if (!command.word.empty()) text.subcommands.emplace_back(command.word, command.meaning);
  }
  const auto visit = [&](const std::string& word, srl::config::Visitor& v) {
    common.visit(v);
    chosen(word)->visit(v);
  };
  return srl::job::run_job(argc, argv, text, common, visit,
                           [&](srl::job::Context& context) { return chosen(context.subcommand)->run(context); });
}
