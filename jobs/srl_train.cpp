// srl_train: trains a model on the expert steps in shards: SRL, RLVR or SFT, depending on instance view and
// signal.
#include "jobs/options/job_main.hpp"
#include "training/trainer.hpp"

int main(int argc, char** argv) {
  srl::training::Options options;
  return srl::jobs::job_main(argc, argv, "srl_train", options, srl::training::train);
}
