// srl_eval: answers benchmark questions with a model and writes graded records.
#include "jobs/eval/run.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::jobs::EvalOptions options;
  const srl::config::JobText text{
      .name = "srl_eval",
      .purpose =
          "Answers benchmark questions with a model and grades the answers; can be resumed, and divided into "
          "array tasks.",
      .example =
          "mpirun -n 2 srl_eval --model run/export --input benchmark.jsonl --output results/srl "
          "--sampling.greedy on",
      .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::eval_job::run(options, context); });
}
