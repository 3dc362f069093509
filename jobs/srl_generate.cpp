// srl_generate: completes prompts in JSON lines, on all ranks, in order.
#include "jobs/generate/stream.hpp"
#include "jobs/options/suite.hpp"

int main(int argc, char** argv) {
  srl::jobs::GenerateOptions options;
  const srl::config::JobText text{.name = "srl_generate",
                                  .purpose =
                                      "Completes JSON lines {\"prompt\"}, {\"messages\"} or {\"ids\"} from "
                                      "stdin (or --input) on stdout (or --output), in order.",
                                  .example =
                                      "mpirun -n 2 srl_generate --model models/SmolLM2-135M-Instruct --input "
                                      "prompts.jsonl --output completions.jsonl",
                                  .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
      [&](srl::job::Context& context) { return srl::generate_job::run(options, context); });
}
