// srl_prep: expert solutions → shards of steps.
#include "data_prep/prepare.hpp"

int main(int argc, char** argv) {
  srl::data_prep::PrepareOptions options;
  const srl::config::JobText text{
      .name = "srl_prep",
      .purpose = "Cuts expert solutions into steps and writes them as HDF5 shards, with a manifest, a report and the rows that were not used.",
      .example = "mpirun -n 2 srl_prep --input solutions.jsonl --output data --holdout.questions 60"};
  return srl::job::run_job(argc, argv, text, options.common, [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
                           [&](srl::job::Context& context) { return srl::data_prep::prepare(options, context); });
}
