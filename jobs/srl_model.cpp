// srl_model: inspects, imports, exports and tries models and their tokenizers.
#include "jobs/model/commands.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::jobs::ModelOptions options;
  const srl::config::JobText text{
      .name = "srl_model",
      .purpose = "Inspects, imports, exports and tries models and their tokenizers.",
      .example = "srl_model import --input SmolLM2.gguf --output models/SmolLM2",
      .subcommands = srl::jobs::ModelOptions::subcommands(),
      .positional = {"model", "other", "input"},
      .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string& command, srl::config::Visitor& v) { options.visit(command, v); },
      [&](srl::job::Context& context) { return srl::model_job::run(options, context); });
}
