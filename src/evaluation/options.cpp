#include "evaluation/options.hpp"

namespace srl::evaluation {

void SweepOptions::visit(config::Visitor& v) {
  v.section("");
  v.option("input", input, "benchmark files (JSONL with question or problem, and answer)");
  v.option(
      "sweep", sweep,
      "INI file with models, benchmarks and settings that are all combined, in place of --model, --input "
      "and --data (docs/evaluation.md)");
  v.option("data", data, "view step: data folders of srl_prep whose validation steps are completed");
  v.option("output", output, "folder for records_<task>.jsonl, for instance results/NAME");
  v.option("task", task, "index of this array task, from 0; -1 = SLURM_ARRAY_TASK_ID, else 0",
           config::at_least(-1));
  v.option("tasks", tasks, "number of array tasks; -1 = SLURM_ARRAY_TASK_COUNT, else 1",
           config::at_least(-1));
  visit_setting(v);
  v.option("batch", batch, "questions per rank between two writes of records", config::at_least(1));
  v.option("lock_wait", lock_wait, "longest wait for another job that still answers the same array task");
  fields.visit(v);
}

void SweepOptions::visit_setting(config::Visitor& v) {
  v.section("");
  v.option("limit", limit, "largest number of questions per benchmark, the first ones; 0 = all",
           config::at_least(0));
  v.section("evaluation");
  v.option("samples", samples, "completions per question (greedy decoding has one)", config::at_least(1));
  v.option("view", view,
           "task: the whole solution; the model's own steps one by one; one held-out step after the "
           "expert's (--data); or a patch for each instance of a SWE-bench file, not graded");
  v.option("max_steps", max_steps, "view stepwise: largest number of steps per question",
           config::at_least(1));
  v.option(
      "prompt", prompt,
      "view whole: the usual benchmark prompt, or the prompt that training uses under the instance options");
  v.option("shots", shots, "view whole: worked examples before the question (few-shot)", config::at_least(0));
  v.option("shots_file", shots_file,
           "JSONL file of the examples: the first ones, but never the question itself (then the next one "
           "is used)");
}

void FieldNames::visit(config::Visitor& v) {
  v.section("fields");
  v.option("question", question, "field with the question, a.b = b inside a; empty = the usual names");
  v.option("answer", answer, "field with the final answer; empty = the usual names");
  v.option("choices", choices,
           "field with the choices of a multiple-choice question; empty = the usual names");
  v.option("id", id, "field with the benchmark's own id of a question; empty = the usual names");
}

}  // namespace srl::evaluation
