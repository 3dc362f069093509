#include "evaluation/options.hpp"

namespace srl::evaluation {

void SweepOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("input", input, "benchmark files (JSONL with question or problem, and answer)");
  v.option("data", data, "view step: data folders of srl_prep whose validation solutions are asked for");
  v.option("output", output, "folder for records_<task>.jsonl, for instance results/NAME");
  v.option("task", task, "array task, 0-based; -1 = SLURM_ARRAY_TASK_ID, else 0", config::at_least(-1));
  v.option("tasks", tasks, "array tasks in all; -1 = SLURM_ARRAY_TASK_COUNT, else 1", config::at_least(-1));
  v.option("limit", limit, "first questions of each benchmark; 0 = all", config::at_least(0));
  v.section("evaluation");
  v.option("samples", samples, "answers a question (greedy decoding has one)", config::at_least(1));
  v.option("view", view, "one answer; step after step of its own; or one held-out step after the expert's (--data)",
           config::Choices{{"whole", "stepwise", "step"}});
  v.option("prompt", prompt, "whole: the usual benchmark prompt, or the prompt that training uses under the instance options",
           config::Choices{{"benchmark", "training"}});
  v.option("max_steps", max_steps, "stepwise: most steps an answer", config::at_least(1));
  v.option("batch", batch, "questions a rank answers between two writes", config::at_least(1));
}

}  // namespace srl::evaluation
