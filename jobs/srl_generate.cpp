// srl_generate: completes prompts in JSON lines, on all ranks, in order.
#include "jobs/generate/stream.hpp"
#include "jobs/options/job_main.hpp"

int main(int argc, char** argv) {
  srl::jobs::GenerateOptions options;
  return srl::jobs::job_main(argc, argv, "srl_generate", options, srl::generate_job::run);
}
