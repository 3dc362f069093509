// srl_train: trains a model on the expert steps in shards: SRL, RLVR or SFT, depending on instance view and
// signal.
#include "jobs/options/suite.hpp"
#include "training/trainer.hpp"

int main(int argc, char** argv) {
  srl::training::Options options;
  const srl::config::JobText text{.name = "srl_train",
                                  .purpose =
                                      "Trains a language model on expert steps (SRL), outcomes (RLVR) or "
                                      "expert text (SFT), with checkpoints and resume.",
                                  .example =
                                      "mpirun -n 2 srl_train --config jobs/presets/smollm2_laptop.ini --data "
                                      "data --model models/SmolLM2-135M-Instruct --run run",
                                  .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::training::train(options, context); });
}
