// srl_eval: answers benchmark questions with a model and writes graded records.
#include "jobs/eval/run.hpp"
#include "jobs/options/job_main.hpp"

int main(int argc, char** argv) {
  srl::jobs::EvalOptions options;
  return srl::jobs::job_main(argc, argv, "srl_eval", options, srl::eval_job::run);
}
