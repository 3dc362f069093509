// The scheduler's block management: reserving blocks for running sequences, preempting the youngest, and
// sharing blocks between a prompt and its completions.
#include <algorithm>
#include <limits>

#include "rollout/schedule/scheduler.hpp"

namespace srl::rollout {
namespace {

constexpr std::int64_t after_all_completions = std::numeric_limits<std::int64_t>::max();

BlockPool::Tokens tokens_of(const std::vector<std::int32_t>& prompt, std::int64_t block) {
  BlockPool::Tokens tokens;
  std::copy_n(prompt.begin() + block * block_tokens, block_tokens, tokens.begin());
  return tokens;
}

}  // namespace

bool Scheduler::room_for(std::int64_t blocks) const {
  std::int64_t promised = std::ssize(running_);  // each running completion may need one more block soon
  for (const std::int64_t group : computing_) {
    const GroupState& one = groups_[group];
    promised += blocks_for(prompt_length(*one.group)) + 1 - std::ssize(one.prompt.blocks);
  }
  return pool_.available() >= promised + blocks;
}

/// Preempts the youngest sequences until `blocks` are available, but only those younger than `asking`.
/// Returns false if that is not enough.
bool Scheduler::make_room(Key asking, std::int64_t blocks) {
  while (pool_.available() < blocks) {
    Key victim{-1, -1};
    if (!running_.empty()) { victim = std::max(victim, *running_.rbegin()); }
    if (!ready_.empty()) { victim = std::max(victim, Key{*ready_.rbegin(), after_all_completions}); }
    if (!computing_.empty()) { victim = std::max(victim, Key{*computing_.rbegin(), after_all_completions}); }
    if (asking.second < 0 && victim == Key{asking.first, after_all_completions}) {
      return false;  // the prompt that needs the blocks
    }
    if (victim <= asking) { return false; }
    if (victim.second == after_all_completions) {
      drop_prompt(victim.first);
    } else {
      preempt(victim);
    }
  }
  return true;
}

bool Scheduler::extend(Key asking, Sequence& sequence, std::int64_t tokens) {
  const std::int64_t missing = blocks_for(tokens) - std::ssize(sequence.blocks);
  if (missing <= 0) { return true; }
  if (!make_room(asking, missing)) { return false; }
  for (std::int64_t i = 0; i < missing; ++i) {
    sequence.blocks.push_back(pool_.take());
    highest_block_ = std::max(highest_block_, sequence.blocks.back());
  }
  return true;
}

void Scheduler::drop_blocks(Sequence& sequence) {
  // From the end, so that the last blocks of idle prefixes are reused first.
  for (std::size_t i = sequence.blocks.size(); i-- > 0;) { pool_.release(sequence.blocks[i]); }
  sequence.blocks.clear();
  sequence.computed = sequence.scheduled = 0;
}

void Scheduler::drop_prompt(std::int64_t group) {
  GroupState& one = state(group);
  drop_blocks(one.prompt);
  one.state = PromptState::absent;
  one.serial = 0;
  one.published = 0;
  computing_.erase(group);
  ready_.erase(group);
}

void Scheduler::preempt(Key key) {
  CompletionState& one = completion(key);
  drop_blocks(one.sequence);
  one.running = false;
  running_.erase(key);
  catching_up_.erase(key);
  waiting_.insert(key);
  ++state(key.first).waiting;
  ++preemptions_;
}

bool Scheduler::start_prompt(std::int64_t group) {
  GroupState& one = state(group);
  const bool alone = running_.empty() && computing_.empty();
  if (!alone && !room_for(blocks_for(prompt_length(*one.group)) + 1)) { return false; }
  one.state = PromptState::computing;
  computing_.insert(group);
  return true;
}

/// Starts (or restarts) a completion from its group's prompt: shares full blocks and copies the partly filled
/// one.
bool Scheduler::fork(Key key) {
  GroupState& group = state(key.first);
  CompletionState& one = completion(key);
  const std::int64_t tokens = prompt_length(*group.group), shared = tokens / block_tokens;
  const std::int64_t own = blocks_for(tokens + std::ssize(one.ids)) - shared;
  if (!room_for(own)) {
    const bool alone = running_.empty() && computing_.empty();
    // If nothing else runs, it must start even without the reserve. Prompts of younger groups are dropped;
    // its own prompt is kept.
    while (alone && pool_.available() < own && !ready_.empty() && *ready_.rbegin() != key.first) {
      drop_prompt(*ready_.rbegin());
    }
    if (!alone || pool_.available() < own) { return false; }
  }
  Sequence& sequence = one.sequence;
  sequence.blocks.reserve(blocks_for(tokens + lengths_[key.first]));
  for (std::int64_t b = 0; b < shared; ++b) {
    sequence.blocks.push_back(group.prompt.blocks[b]);
    pool_.share(sequence.blocks.back());
  }
  if (tokens % block_tokens != 0) {
    sequence.blocks.push_back(pool_.take());
    highest_block_ = std::max(highest_block_, sequence.blocks.back());
    copy_block_(group.prompt.blocks.back(), sequence.blocks.back());
  }
  sequence.computed = sequence.scheduled = tokens;
  one.running = true;
  waiting_.erase(key);
  running_.insert(key);
  if (one.ids.size() > 1) { catching_up_.insert(key); }
  if (--group.waiting == 0) { drop_prompt(key.first); }
  return true;
}

void Scheduler::match_prefix(std::int64_t group) {
  GroupState& one = state(group);
  // The last token is computed again if its logits are still needed.
  const std::int64_t usable = (prompt_length(*one.group) - (one.sampled ? 0 : 1)) / block_tokens;
  one.prompt.blocks.reserve(blocks_for(prompt_length(*one.group)));
  for (std::int64_t b = 0; b < usable; ++b) {
    const BlockPool::Found found = pool_.find(one.serial, tokens_of(one.group->prompt, b));
    if (found.block < 0) { break; }
    one.prompt.blocks.push_back(found.block);
    one.serial = found.serial;
    ++one.published;
  }
  one.prompt.computed = one.prompt.scheduled = one.published * block_tokens;
  prefix_hits_ += one.prompt.computed;
}

void Scheduler::publish(std::int64_t group) {
  GroupState& one = state(group);
  for (; (one.published + 1) * block_tokens <= one.prompt.scheduled; ++one.published) {
    one.serial = pool_.publish(one.serial, tokens_of(one.group->prompt, one.published),
                               one.prompt.blocks[one.published]);
  }
}

}  // namespace srl::rollout
