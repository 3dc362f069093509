#pragma once
// What the records of srl_eval say about how they came about.
#include "base/json.hpp"
#include "jobs/options/eval.hpp"
#include "text/chat_template.hpp"

namespace srl::eval_job {

/// All options that shape a text or its verdict: only records with equal settings may be averaged or resumed.
/// Options of sampling, instance and grading appear when they differ from their default; files appear as
/// checksums of their content; `chat_template` is the one in use.
Json settings_of(const jobs::EvalOptions& options, const text::ChatTemplate& chat_template);

}  // namespace srl::eval_job
