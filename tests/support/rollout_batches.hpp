#pragma once
// Fake rollouts that depend on their numbers only, so that every rank can make the rollouts that another rank
// sent.
#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "training/data/batch.hpp"

namespace srl::training {

/// A number in [0, bound) that depends on its arguments only.
inline std::int64_t pick(std::uint64_t seed, std::uint64_t draw, std::uint32_t completion,
                         std::uint32_t token, std::int64_t bound) {
  return static_cast<std::int64_t>(random_uniform(seed, RandomStream::rollout, draw, completion, token) *
                                   static_cast<double>(bound));
}

/// Completion `number` of a draw, the same on every rank. It has 1 to 40 ids, and logprobs of any bits except
/// NaN.
inline Completion make_completion(std::uint64_t seed, std::int64_t draw, std::int32_t number) {
  const auto d = static_cast<std::uint64_t>(draw);
  const auto n = static_cast<std::uint32_t>(number);
  Payload payload;
  payload.ids.resize(static_cast<std::size_t>(1 + pick(seed, d, n, 0, 40)));
  for (std::size_t t = 0; t < payload.ids.size(); ++t) {
    const auto token = static_cast<std::uint32_t>(t + 1);
    payload.ids[t] = static_cast<std::int32_t>(pick(seed, d, n, token, 1 << 30));
    const auto bits = static_cast<std::uint32_t>(pick(seed + 1, d, n, token, std::int64_t{1} << 32));
    const auto logprob = std::bit_cast<float>(bits);
    payload.logprobs.push_back(logprob == logprob ? logprob : -0.0F);
  }
  if (number % 2 == 1) {  // sampled with a cut
    payload.policy_logprobs = payload.logprobs;
    std::reverse(payload.policy_logprobs.begin(), payload.policy_logprobs.end());
  }
  payload.thought = std::string(static_cast<std::size_t>(pick(seed, d, n, 99, 20)), 't') + "ä\n\"";
  payload.action = std::string(static_cast<std::size_t>(pick(seed, d, n, 98, 20)), 'a');
  Completion completion;
  completion.number = number;
  completion.hold(std::move(payload));
  completion.reward = random_uniform(seed, RandomStream::rollout, d, n, 97) * 2 - 1;
  completion.advantage = completion.reward / 3;
  completion.finish = number % 2 == 0 ? text::Finish::stop : text::Finish::length;
  completion.format_error = static_cast<reward::FormatError>(pick(seed, d, n, 96, 10));
  completion.masked = number % 3 == 0;
  return completion;
}

struct Shape {
  std::uint64_t seed = 0;
  std::int64_t groups = 0, completions = 0;
  bool split = false;  ///< the completions of a group are on several ranks
};

/// The whole batch with all payloads. The shape decides which rank is the home of a completion.
inline Batch make_batch(const Shape& shape, int ranks) {
  Batch batch;
  for (std::int64_t draw = 0; draw < shape.groups; ++draw) {
    const auto d = static_cast<std::uint64_t>(draw);
    Group& group = batch.emplace_back();
    group.draw = 3 * draw + 1;
    group.k = draw % 5;
    group.solution = "solution " + std::to_string(draw);
    std::vector<std::int32_t> prompt(static_cast<std::size_t>(1 + pick(shape.seed, d, 77, 0, 30)));
    for (std::size_t i = 0; i < prompt.size(); ++i) { prompt[i] = static_cast<std::int32_t>(i * d); }
    group.hold_prompt(std::move(prompt));
    for (std::int32_t number = 0; number < shape.completions; ++number) {
      Completion& completion = group.completions.emplace_back(make_completion(shape.seed, draw, number));
      completion.home = static_cast<std::int32_t>((draw + (shape.split ? number : 0)) % ranks);
    }
  }
  return batch;
}

}  // namespace srl::training
