// srl_score: rewards and grades of JSON lines, on all ranks and threads, in order.
#include "jobs/options/suite.hpp"
#include "jobs/score/gpu_similarity.hpp"
#include "jobs/score/stream.hpp"

int main(int argc, char** argv) {
  srl::jobs::ScoreOptions options;
  const srl::config::JobText text{.name = "srl_score",
                                  .purpose =
                                      "Scores JSON lines from stdin (or --input) to stdout (or --output): "
                                      "one line out for each line in, in order.",
                                  .example = "srl_score similarity --input pairs.jsonl",
                                  .subcommands = srl::jobs::ScoreOptions::subcommands(),
                                  .suite = &srl::jobs::suite_names()};
  return srl::job::run_job(
      argc, argv, text, options.common,
      [&](const std::string& command, srl::config::Visitor& v) { options.visit(command, v); },
      [&](srl::job::Context& context) {
        const bool on_gpu = options.device == srl::device::DeviceChoice::cuda;
        return srl::score_job::score_stream(options.input, options.output, context,
                                            on_gpu ? srl::score_job::gpu_similarity(options, context.world)
                                                   : srl::score_job::scorer(context.subcommand, options));
      });
}
