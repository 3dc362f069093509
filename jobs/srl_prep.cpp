// srl_prep: converts expert solutions to shards of steps, and inspects these shards.
#include "data_prep/generate.hpp"
#include "data_prep/guess.hpp"
#include "data_prep/inspect.hpp"
#include "data_prep/prepare.hpp"
#include "grading/grading.hpp"
#include "jobs/options/job_main.hpp"
#include "jobs/options/prep.hpp"

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
  return srl::jobs::job_main(argc, argv, "srl_prep", options, run);
}
