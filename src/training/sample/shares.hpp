#pragma once
// Which rank samples which completions (docs/method.md, "Dynamic sampling"). With more ranks than draws, the
// completions of a draw are divided among ranks. Shares follow from counts, never from measured time, so
// every rank computes the same ones. The completions do not depend on them: each has its own random numbers.
#include <cstdint>
#include <vector>

namespace srl::training {

/// Completions [first, first + count) of a draw, which one rank samples.
struct Share {
  std::size_t drawn = 0;  ///< index of the draw in its round
  std::int64_t first = 0, count = 0;
  int owner = 0;  ///< rank
};

/// The shares of a round. `prompt_tokens`: length of each draw's prompt, [draws]; `completions`: per draw. A
/// share costs its prompt and its longest completions; the most expensive one goes first, to the rank with
/// the least so far.
std::vector<Share> shares_of_round(const std::vector<std::int64_t>& prompt_tokens, std::int64_t completions,
                                   std::int64_t max_new_tokens, int ranks);

}  // namespace srl::training
