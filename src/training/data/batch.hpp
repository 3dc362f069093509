#pragma once
// A batch: groups of completions. All ranks hold the same groups with lengths and rewards, and choose the
// batch, its packs and their owners from these. The payloads (what the policy wrote) are held only where they
// are needed (exchange.hpp).
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/words.hpp"
#include "reward/format.hpp"
#include "text/finish.hpp"

namespace srl::training {

/// What the policy wrote.
struct Payload {
  std::vector<std::int32_t> ids;  ///< sampled ids, stop token included
  std::vector<float> logprobs;    ///< of the sampler, [ids]; empty for SFT
  /// Of the sampling policy without top-k and similar cuts (rollout::Completion), [ids]; empty = as logprobs.
  std::vector<float> policy_logprobs = {};
  std::string thought = {}, action = {};  ///< for samples and files only
};

/// Home of a payload that every rank made or read itself.
inline constexpr std::int32_t every_rank = -1;

struct Completion {
  std::int32_t number = 0;  ///< index in its group; part of the counter of its random numbers
  std::int64_t tokens = 0;  ///< ids
  double reward = 0, advantage = 0;
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
  reward::FormatError format_error = reward::FormatError::none;
  bool masked = false;                          ///< truncated and objective.on_truncated = mask
  std::int32_t home = every_rank;               ///< the rank where the payload was made
  std::shared_ptr<const Payload> payload = {};  ///< null when this rank does not hold it

  void hold(Payload written);      ///< also sets `tokens`
  const Payload& written() const;  ///< Bug when this rank does not hold it
};

/// Why an update does not use a sampled group: its rewards do not differ enough (objective.filter_groups), or
/// the batch was full.
enum class Dropped { no, equal_rewards, surplus };
SRL_WORDS(Dropped, "", "equal_rewards", "surplus");

struct Group {
  std::int64_t draw = 0;      ///< index in the endless global order of draws
  std::int64_t k = 0;         ///< step index, 0-based
  std::string solution = {};  ///< the solution's id
  std::int64_t prompt_tokens = 0;
  bool carried = false;  ///< sampled for the previous update (objective.surplus = carry)
  Dropped dropped = Dropped::no;
  std::shared_ptr<const std::vector<std::int32_t>> prompt = {};  ///< held with any payload of the group
  std::vector<Completion> completions = {};

  void hold_prompt(std::vector<std::int32_t> ids);
  const std::vector<std::int32_t>& prompt_ids() const;  ///< Bug when this rank does not hold it
};

using Batch = std::vector<Group>;

std::int64_t completion_count(const Batch& batch);
std::int64_t completion_tokens(const Batch& batch);

}  // namespace srl::training
