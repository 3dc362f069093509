#pragma once
// A batch: groups of completions with their rewards, the same on every rank; and its form on disk
// (rollout.save, training.replay).
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "reward/format.hpp"
#include "text/finish.hpp"

namespace srl::training {

struct Completion {
  std::vector<std::int32_t> ids;  ///< sampled ids, stop token included
  std::vector<float> logprobs;    ///< of the sampler, [ids]; empty for SFT
  double reward = 0, advantage = 0;
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
  bool masked = false;                             ///< truncated and objective.on_truncated = mask
  reward::FormatError format_error = reward::FormatError::none;
  std::string thought, action;  ///< for samples.jsonl only
};

struct Group {
  std::int64_t draw = 0;  ///< running number in the endless global order
  std::int64_t k = 0;     ///< step index, 0-based
  std::string solution;   ///< the solution's id
  std::vector<std::int32_t> prompt;
  std::vector<Completion> completions;
  bool carried = false;  ///< sampled for the update before this one (objective.surplus = carry)
};

using Batch = std::vector<Group>;

std::int64_t completion_count(const Batch& batch);
std::int64_t completion_tokens(const Batch& batch);

/// One line of rollouts/update_N.jsonl: draw solution k answer prompt_ids answer_ids logprobs reward
/// advantage finish_reason, where true also carried and masked; with `texts` also format_error, thought and
/// action (how ranks hand rollouts on).
Json completion_to_json(const Group& group, std::size_t completion, bool texts);
/// Lines back into groups, in their order. BadInput naming `where` and the line.
Batch batch_from_lines(const std::string& lines, const std::string& where);
std::string batch_to_lines(const Batch& batch, bool texts);

}  // namespace srl::training
