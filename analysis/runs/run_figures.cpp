// The figures of runs that reports show, in the order of their columns.
#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

const std::vector<RunFigure>& update_figures() {
  static const std::vector<RunFigure> figures{{"reward", "reward_mean", 4},
                                              {"reward std", "reward_std", 4},
                                              {"format", "format_rate", 3},
                                              {"filtered", "filtered_share", 3},
                                              {"entropy", "entropy", 3},
                                              {"tokens", "answer_tokens_mean", 1},
                                              {"truncated", "truncated_share", 3},
                                              {"grad norm", "grad_norm", 4},
                                              {"loss", "loss", 4},
                                              {"clipped", "clip_fraction", 4},
                                              {"learning rate", "learning_rate", 8},
                                              {"epoch", "epoch", 3}};
  return figures;
}

const std::vector<RunFigure>& time_figures() {
  static const std::vector<RunFigure> figures{
      {"rollout s", "seconds.rollout", 2, "seconds by phase"},
      {"reward s", "seconds.reward", 2, "seconds by phase"},
      {"training s", "seconds.forward_backward", 2, "seconds by phase"},
      {"optimizer s", "seconds.optimizer", 2, "seconds by phase"},
      {"checkpoint s", "seconds.checkpoint", 2, "seconds by phase"},
      {"update s", "seconds.total", 2},
      {"rollout tokens/s", "tokens_per_second.rollout", 0},
      {"training tokens/s", "tokens_per_second.training", 0},
      {"mfu", "mfu", 3}};
  return figures;
}

const std::vector<RunFigure>& validation_figures() {
  constexpr const char* similarities = "similarity and its controls";
  static const std::vector<RunFigure> figures{{"reward", "reward_mean", 4},
                                              {"format", "format_rate", 3},
                                              {"similarity", "similarity_given_format", 4, similarities},
                                              {"of previous step", "control_previous", 4, similarities},
                                              {"of another's step", "control_other", 4, similarities},
                                              {"to another's step", "control_shuffled", 4, similarities},
                                              {"exact", "exact_share", 3},
                                              {"benchmark right", "benchmark_right", 3},
                                              {"instances", "instances", 0}};
  return figures;
}

}  // namespace srl::analysis
