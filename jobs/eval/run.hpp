#pragma once
// The job srl_eval: answers benchmark questions with a model and writes graded records.
#include "job/job.hpp"
#include "jobs/options/eval.hpp"

namespace srl::eval_job {

/// Collective. Answers this array task's share of the questions. Returns the exit code. STATUS_<task> beside
/// the records says how it ended.
int run(jobs::EvalOptions options, job::Context& context);

}  // namespace srl::eval_job
