// srl_score: computes rewards and grades for JSON lines, on all ranks and threads, in order.
#include "jobs/options/job_main.hpp"
#include "jobs/score/gpu_similarity.hpp"
#include "jobs/score/stream.hpp"

int main(int argc, char** argv) {
  srl::jobs::ScoreOptions options;
  return srl::jobs::job_main(
      argc, argv, "srl_score", options, [](const srl::jobs::ScoreOptions& score, srl::job::Context& context) {
        const bool on_gpu = score.device == srl::device::DeviceChoice::cuda;
        return srl::score_job::score_stream(score.input, score.output, context,
                                            on_gpu ? srl::score_job::gpu_similarity(score, context.world)
                                                   : srl::score_job::scorer(context.subcommand, score));
      });
}
