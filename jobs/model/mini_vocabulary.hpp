#pragma once
// The words that the preset `mini` (srl_model init) has as tokens of their own beside the 256 bytes: the
// marks of answers and steps, and the texts that open every prompt, so that a step of the small worlds of
// `srl_prep generate` takes some thirty tokens.
#include <string>
#include <vector>

namespace srl::model_job {

std::vector<std::string> mini_words();

}  // namespace srl::model_job
