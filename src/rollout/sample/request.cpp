#include "rollout/sample/request.hpp"

#include <charconv>

#include "base/error.hpp"

namespace srl::rollout {

void check(const SamplingOptions& sampling) {
  if (!(sampling.temperature > 0)) {
    throw BadOption("sampling.temperature must be above 0; use sampling.greedy for the likeliest token");
  }
  if (!(sampling.top_p > 0 && sampling.top_p <= 1)) { throw BadOption("sampling.top_p must be in (0, 1]"); }
  if (!(sampling.min_p >= 0 && sampling.min_p <= 1)) { throw BadOption("sampling.min_p must be in [0, 1]"); }
  if (!(sampling.repetition_penalty > 0)) { throw BadOption("sampling.repetition_penalty must be above 0"); }
  if (sampling.top_k < 0 || sampling.max_new_tokens < 1) {
    throw BadOption("sampling.top_k must be at least 0 and sampling.max_new_tokens at least 1");
  }
}

std::vector<Adjustment> parse_bias(const std::vector<std::string>& entries, std::int64_t vocabulary) {
  std::vector<Adjustment> result;
  for (const std::string& entry : entries) {
    Adjustment one;
    const char* end = entry.data() + entry.size();
    const auto id = std::from_chars(entry.data(), end, one.id);
    const bool colon = id.ec == std::errc() && id.ptr != end && *id.ptr == ':';
    const auto value = colon ? std::from_chars(id.ptr + 1, end, one.value)
                             : std::from_chars_result{end, std::errc::invalid_argument};
    if (value.ec != std::errc() || value.ptr != end || one.id < 0 || one.id >= vocabulary) {
      throw BadOption("sampling.logit_bias: '" + entry + "' is not ID:VALUE with an id below " +
                      std::to_string(vocabulary));
    }
    result.push_back(one);
  }
  return result;
}

void check(const std::vector<Group>& groups, const model::ModelConfig& config) {
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string where =
        "group " + std::to_string(g) + " (draw " + std::to_string(groups[g].draw) + "): ";
    if (groups[g].prompt.empty()) { throw BadInput(where + "the prompt has no tokens"); }
    for (const std::int32_t id : groups[g].prompt) {
      if (id < 0 || id >= config.vocab) {
        throw BadInput(where + "token id " + std::to_string(id) + " is outside the vocabulary of " +
                       std::to_string(config.vocab));
      }
    }
    if (config.max_positions > 0 && std::ssize(groups[g].prompt) >= config.max_positions) {
      throw BadInput(where + std::to_string(groups[g].prompt.size()) +
                     " prompt tokens leave no position for a new token: the model has " +
                     std::to_string(config.max_positions) + " positions");
    }
  }
}

}  // namespace srl::rollout
