#pragma once
// Checks of the arguments of generate().
#include <cstdint>
#include <string>
#include <vector>

#include "compute/sampling.hpp"
#include "model/config.hpp"
#include "rollout/generate.hpp"

namespace srl::rollout {

/// BadInput, naming the group: an empty prompt, an id outside the vocabulary, no position left for a new
/// token.
void check(const std::vector<Group>& groups, const model::ModelConfig& config);
/// Parses sampling.logit_bias, entries ID:VALUE. BadOption for any other text and for an id outside the
/// vocabulary.
std::vector<compute::LogitBias> parse_bias(const std::vector<std::string>& entries, std::int64_t vocabulary);

/// The options that concern a single token.
compute::SamplingRule rule_of(const SamplingOptions& options);

}  // namespace srl::rollout
