// srl_model: look at, import, export and try models and their tokenizers.
#include "job/job.hpp"
#include "jobs/model/commands.hpp"

int main(int argc, char** argv) {
  srl::model_job::Options options;
  const srl::config::JobText text{.name = "srl_model",
                                  .purpose = "Looks at, imports, exports and tries models and their tokenizers.",
                                  .example = "srl_model import --input SmolLM2.gguf --output models/SmolLM2",
                                  .subcommands = srl::model_job::subcommands(),
                                  .positional = {"model", "other", "input"}};
  return srl::job::run_job(argc, argv, text, options.common,
                           [&](const std::string& command, srl::config::Visitor& v) { options.visit(command, v); },
                           [&](srl::job::Context& context) { return srl::model_job::run(options, context); });
}
