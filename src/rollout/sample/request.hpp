#pragma once
// What one call of generate() may ask for.
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "rollout/generate.hpp"
#include "rollout/sample/sampler.hpp"

namespace srl::rollout {

/// BadOption for a value outside its range: options checked when parsed reach this through other programs
/// too.
void check(const SamplingOptions& sampling);
/// BadInput, naming the group: no prompt, an id outside the vocabulary, no room left in the model's
/// positions.
void check(const std::vector<Group>& groups, const model::ModelConfig& config);
/// sampling.logit_bias, entries ID:VALUE. BadOption for any other text and for an id outside the vocabulary.
std::vector<Adjustment> parse_bias(const std::vector<std::string>& entries, std::int64_t vocabulary);

}  // namespace srl::rollout
