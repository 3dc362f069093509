#include "training/data/batch.hpp"

#include <utility>

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::training {

void Completion::hold(Payload written) {
  tokens = static_cast<std::int64_t>(written.ids.size());
  payload = std::make_shared<const Payload>(std::move(written));
}

const Payload& Completion::written() const {
  if (!payload) { throw Bug(cat("a completion of rank ", home, " is used where it is not held")); }
  return *payload;
}

void Group::hold_prompt(std::vector<std::int32_t> ids) {
  prompt_tokens = static_cast<std::int64_t>(ids.size());
  prompt = std::make_shared<const std::vector<std::int32_t>>(std::move(ids));
}

const std::vector<std::int32_t>& Group::prompt_ids() const {
  if (!prompt) { throw Bug(cat("the prompt of draw ", draw, " is used where it is not held")); }
  return *prompt;
}

std::int64_t completion_count(const Batch& batch) {
  std::int64_t count = 0;
  for (const Group& group : batch) { count += std::ssize(group.completions); }
  return count;
}

std::int64_t completion_tokens(const Batch& batch) {
  std::int64_t count = 0;
  for (const Group& group : batch) {
    for (const Completion& completion : group.completions) { count += completion.tokens; }
  }
  return count;
}

}  // namespace srl::training
