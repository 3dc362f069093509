// srl_prep: converts expert solutions to shards of steps, and inspects these shards.
#include "data_prep/generate.hpp"
#include "data_prep/guess.hpp"
#include "data_prep/inspect.hpp"
#include "data_prep/prepare.hpp"
#include "grading/grading.hpp"
#include "jobs/options/prep.hpp"
#include "jobs/options/suite.hpp"

namespace {

int run(const srl::jobs::PrepOptions& options, srl::job::Context& context) {
  namespace prep = srl::data_prep;
  const std::string& command = context.subcommand;
  if (command == "guess") { return prep::guess(options.guess, context); }
  if (command == "inspect") { return prep::inspect(options.inspect, context); }
  if (command == "verify") { return prep::verify(options.verify, context); }
  if (command == "generate") {
    return prep::generate(options.generate, static_cast<std::uint64_t>(options.common.seed), context);
  }
  if (command != "export") { return prep::prepare(options.prepare, context); }
  return prep::export_solutions(options.exported, context,
                                [](const std::string& text, const std::string& reference) {
                                  return srl::grading::grade(text, reference, {}).correct;
                                });
}

}  // namespace

int main(int argc, char** argv) {
  srl::jobs::PrepOptions options;
  srl::config::JobText text{
      .name = "srl_prep",
      .purpose =
          "Cuts expert solutions into steps and writes them as HDF5 shards, with a manifest, a report and "
          "a list of the rows that were not used.",
      .example = "mpirun -n 2 srl_prep --input solutions.jsonl --output data --holdout.questions 60",
      .subcommands = srl::jobs::PrepOptions::subcommands(),
      .positional = {"data", "file"},
      .subcommand_optional = true,
      .suite = &srl::jobs::suite_names()};
  std::erase_if(text.subcommands, [](const auto& command) { return command.first.empty(); });
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string& command, srl::config::Visitor& v) { options.visit(command, v); },
      [&](srl::job::Context& context) { return run(options, context); });
}
