#include "rollout/sample/request.hpp"

#include <optional>

#include "base/error.hpp"

namespace srl::rollout {

std::vector<compute::LogitBias> parse_bias(const std::vector<std::string>& entries, std::int64_t vocabulary) {
  std::vector<compute::LogitBias> result;
  for (const std::string& entry : entries) {
    const std::optional<Adjustment> one = parse_adjustment(entry);
    if (!one || one->id < 0 || one->id >= vocabulary) {
      throw BadOption("sampling.logit_bias: '" + entry + "' is not ID:VALUE with an id below " +
                      std::to_string(vocabulary));
    }
    result.push_back({one->id, one->value});
  }
  return result;
}

compute::SamplingRule rule_of(const SamplingOptions& options) {
  return {.temperature = options.temperature,
          .top_p = options.top_p,
          .min_p = options.min_p,
          .top_k = options.top_k,
          .greedy = options.greedy,
          .repetition_penalty = options.repetition_penalty};
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
