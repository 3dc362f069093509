#include "evaluation/options.hpp"

namespace srl::evaluation {

void SweepOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("input", input, "benchmark files (JSONL with question or problem, and answer)");
  v.option("data", data, "view step: data folders of srl_prep whose validation steps are completed");
  v.option("output", output, "folder for records_<task>.jsonl, for instance results/NAME");
  v.option("task", task, "index of this array task, from 0; -1 = SLURM_ARRAY_TASK_ID, else 0",
           config::at_least(-1));
  v.option("tasks", tasks, "number of array tasks; -1 = SLURM_ARRAY_TASK_COUNT, else 1",
           config::at_least(-1));
  v.option("limit", limit, "largest number of questions per benchmark, the first ones; 0 = all",
           config::at_least(0));
  v.section("evaluation");
  v.option("samples", samples, "completions per question (greedy decoding has one)", config::at_least(1));
  v.option("view", view,
           "task: the whole solution; the model's own steps one by one; or one held-out step after the "
           "expert's (--data)");
  v.option(
      "prompt", prompt,
      "view whole: the usual benchmark prompt, or the prompt that training uses under the instance options");
  v.option("max_steps", max_steps, "view stepwise: largest number of steps per question",
           config::at_least(1));
  v.option("batch", batch, "questions per rank between two writes of records", config::at_least(1));
  v.option("lock_wait", lock_wait, "longest wait for another job that still answers the same array task");
}

}  // namespace srl::evaluation
