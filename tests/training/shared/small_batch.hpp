#pragma once
// Two groups of three completions of different lengths, with advantages of both signs, for tests of
// gradients.
#include "training/data/batch.hpp"

namespace srl::training {

/// Ids below 29, prompts of 6 and 7 ids, 29 sampled ids.
inline Batch small_batch() {
  Batch batch;
  const std::vector<std::vector<int>> lengths{{5, 1, 9}, {3, 7, 4}};
  for (std::size_t g = 0; g < 2; ++g) {
    Group group;
    group.draw = static_cast<std::int64_t>(g);
    std::vector<std::int32_t> prompt;
    for (std::size_t i = 0; i < 6 + g; ++i) {
      prompt.push_back(static_cast<std::int32_t>((7 * i + 3 * g + 1) % 29));
    }
    group.hold_prompt(std::move(prompt));
    for (std::size_t a = 0; a < 3; ++a) {
      Payload written;
      for (int t = 0; t < lengths[g][a]; ++t) {
        written.ids.push_back(static_cast<std::int32_t>((5 * t + 11 * static_cast<int>(a) + 2) % 29));
      }
      written.logprobs.assign(written.ids.size(), -3.0f);
      Completion& completion = group.completions.emplace_back();
      completion.advantage = a == 1 ? -1.1 : 0.4 + 0.5 * static_cast<double>(a);
      completion.hold(std::move(written));
    }
    batch.push_back(group);
  }
  return batch;
}

}  // namespace srl::training
