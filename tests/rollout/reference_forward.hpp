#pragma once
// A plain forward of the whole sequence in double precision with LibTorch's dense operations. It has no cache
// and no batch, and shares no code with the room under test.
#include <cstdint>
#include <vector>

#include "model/parameters.hpp"

namespace srl::rollout::test {

/// Small models of the three architectures: "LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM".
model::ModelConfig small_config(const std::string& architecture);
/// Random weights, biases and norms, with a spread so wide that logits differ clearly.
model::Parameters small_model(const model::ModelConfig& config, std::uint64_t seed);

/// The log softmax of the logits at every position, [tokens][vocabulary].
std::vector<std::vector<double>> reference_logprobs(const model::Parameters& parameters,
                                                    const std::vector<std::int32_t>& ids);

std::vector<std::int32_t> random_prompt(std::size_t length, std::int64_t vocabulary, unsigned seed);

}  // namespace srl::rollout::test
