// srl_generate: answers to prompts in JSON lines, on all ranks, in order; also a batch generator on its own.
#include "jobs/generate/stream.hpp"

int main(int argc, char** argv) {
  srl::generate_job::Options options;
  const srl::config::JobText text{
      .name = "srl_generate",
      .purpose = "Answers JSON lines {\"prompt\"}, {\"messages\"} or {\"ids\"} from stdin (or --input) on stdout (or --output), in order.",
      .example = "mpirun -n 2 srl_generate --model models/SmolLM2-135M-Instruct --input prompts.jsonl --output answers.jsonl"};
  return srl::job::run_job(argc, argv, text, options.common, [&](const std::string&, srl::config::Visitor& v) { options.visit(v); },
                           [&](srl::job::Context& context) { return srl::generate_job::run(options, context); });
}
