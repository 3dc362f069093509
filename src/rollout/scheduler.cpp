#include "rollout/scheduler.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "base/error.hpp"

namespace srl::rollout {
namespace {

constexpr std::int64_t after_all_answers = std::numeric_limits<std::int64_t>::max();

std::int64_t blocks_for(std::int64_t tokens) { return (tokens + block_tokens - 1) / block_tokens; }

BlockPool::Tokens tokens_of(const std::vector<std::int32_t>& prompt, std::int64_t block) {
  BlockPool::Tokens tokens;
  std::copy_n(prompt.begin() + block * block_tokens, block_tokens, tokens.begin());
  return tokens;
}

std::int64_t prompt_length(const Group& group) { return static_cast<std::int64_t>(group.prompt.size()); }

}  // namespace

std::int64_t blocks_needed(std::int64_t prompt_tokens, std::int64_t new_tokens) {
  return blocks_for(prompt_tokens) + blocks_for(prompt_tokens + new_tokens) - prompt_tokens / block_tokens;
}

Scheduler::Scheduler(const std::vector<Group>& groups, std::vector<std::int64_t> lengths, BlockPool& pool, std::uint64_t block_bytes,
                     Limits limits, std::function<void(BlockId, BlockId)> copy_block)
    : lengths_(std::move(lengths)), pool_(pool), limits_(limits), copy_block_(std::move(copy_block)) {
  groups_.resize(groups.size());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    GroupState& one = groups_[g];
    const std::int64_t tokens = prompt_length(groups[g]), need = blocks_needed(tokens, lengths_[g]);
    if (need > pool.blocks())
      throw BadOption("group " + std::to_string(g) + " can never fit: " + std::to_string(tokens) + " prompt tokens and up to " +
                      std::to_string(lengths_[g]) + " new ones need " + std::to_string(static_cast<std::uint64_t>(need) * block_bytes) +
                      " bytes of key/value cache; rollout.kv_bytes allows " +
                      std::to_string(static_cast<std::uint64_t>(pool.blocks()) * block_bytes) +
                      "; raise it, or lower sampling.max_new_tokens or the prompt length");
    one.group = &groups[g];
    one.answers.resize(static_cast<std::size_t>(groups[g].answers));
    one.waiting = groups[g].answers;
    unfinished_ += groups[g].answers;
    for (std::int64_t a = 0; a < groups[g].answers; ++a) waiting_.insert({static_cast<std::int64_t>(g), a});
  }
}

const std::vector<std::int32_t>& Scheduler::ids(std::int64_t group, std::int64_t answer_index) const {
  return groups_[static_cast<std::size_t>(group)].answers[static_cast<std::size_t>(answer_index)].ids;
}

// ---- memory ------------------------------------------------------------------------------------------------------------------

bool Scheduler::room_for(std::int64_t blocks) const {
  std::int64_t promised = static_cast<std::int64_t>(running_.size());   // each running answer may need one more soon
  for (const std::int64_t group : computing_) {
    const GroupState& one = groups_[static_cast<std::size_t>(group)];
    promised += blocks_for(prompt_length(*one.group)) + 1 - static_cast<std::int64_t>(one.prompt.blocks.size());
  }
  return pool_.available() >= promised + blocks;
}

/// Puts off the youngest until `blocks` are available; only what is younger than `asking`. False when that was not enough.
bool Scheduler::make_room(Key asking, std::int64_t blocks) {
  while (pool_.available() < blocks) {
    Key victim{-1, -1};
    if (!running_.empty()) victim = std::max(victim, *running_.rbegin());
    if (!ready_.empty()) victim = std::max(victim, Key{*ready_.rbegin(), after_all_answers});
    if (!computing_.empty()) victim = std::max(victim, Key{*computing_.rbegin(), after_all_answers});
    if (asking.second < 0 && victim == Key{asking.first, after_all_answers}) return false;   // the asking prompt itself
    if (victim <= asking) return false;
    if (victim.second == after_all_answers) {
      drop_prompt(victim.first);
    } else {
      put_off(victim);
    }
  }
  return true;
}

bool Scheduler::extend(Key asking, Sequence& sequence, std::int64_t tokens) {
  const std::int64_t missing = blocks_for(tokens) - static_cast<std::int64_t>(sequence.blocks.size());
  if (missing <= 0) return true;
  if (!make_room(asking, missing)) return false;
  for (std::int64_t i = 0; i < missing; ++i) {
    sequence.blocks.push_back(pool_.take());
    highest_block_ = std::max<std::int64_t>(highest_block_, sequence.blocks.back());
  }
  return true;
}

void Scheduler::drop_blocks(Sequence& sequence) {
  // From the end, so that of idle prefixes the leaves are the first to be overwritten.
  for (std::size_t i = sequence.blocks.size(); i-- > 0;) pool_.release(sequence.blocks[i]);
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

void Scheduler::put_off(Key key) {
  AnswerState& one = answer(key);
  drop_blocks(one.sequence);
  one.running = false;
  running_.erase(key);
  behind_.erase(key);
  waiting_.insert(key);
  ++state(key.first).waiting;
  ++put_offs_;
}

// ---- admission ---------------------------------------------------------------------------------------------------------------

void Scheduler::admit() {
  std::int64_t reserved = 0;
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    if (static_cast<std::int64_t>(running_.size()) + reserved >= limits_.max_batch) return;
    const Key key = *place;
    ++place;   // fork() takes `key` out of the set
    GroupState& one = state(key.first);
    if (one.state == PromptState::absent && !start_prompt(key.first)) return;
    if (one.state == PromptState::computing) {
      ++reserved;
    } else if (!fork(key)) {
      return;
    }
  }
}

bool Scheduler::start_prompt(std::int64_t group) {
  GroupState& one = state(group);
  const bool alone = running_.empty() && computing_.empty();
  if (!alone && !room_for(blocks_for(prompt_length(*one.group)) + 1)) return false;
  one.state = PromptState::computing;
  computing_.insert(group);
  return true;
}

/// An answer starts (or starts again) from its group's prompt: full blocks are shared, the partly filled one is copied.
bool Scheduler::fork(Key key) {
  GroupState& group = state(key.first);
  AnswerState& one = answer(key);
  const std::int64_t tokens = prompt_length(*group.group), shared = tokens / block_tokens;
  const std::int64_t own = blocks_for(tokens + static_cast<std::int64_t>(one.ids.size())) - shared;
  if (!room_for(own)) {
    const bool alone = running_.empty() && computing_.empty();
    // Alone, it must go on whatever the margin; groups held behind it make room, its own prompt stays.
    while (alone && pool_.available() < own && !ready_.empty() && *ready_.rbegin() != key.first) drop_prompt(*ready_.rbegin());
    if (!alone || pool_.available() < own) return false;
  }
  Sequence& sequence = one.sequence;
  sequence.blocks.reserve(static_cast<std::size_t>(blocks_for(tokens + lengths_[static_cast<std::size_t>(key.first)])));
  for (std::int64_t b = 0; b < shared; ++b) {
    sequence.blocks.push_back(group.prompt.blocks[static_cast<std::size_t>(b)]);
    pool_.share(sequence.blocks.back());
  }
  if (tokens % block_tokens != 0) {
    sequence.blocks.push_back(pool_.take());
    highest_block_ = std::max<std::int64_t>(highest_block_, sequence.blocks.back());
    copy_block_(group.prompt.blocks.back(), sequence.blocks.back());
  }
  sequence.computed = sequence.scheduled = tokens;
  one.running = true;
  waiting_.erase(key);
  running_.insert(key);
  if (one.ids.size() > 1) behind_.insert(key);
  if (--group.waiting == 0) drop_prompt(key.first);
  return true;
}

void Scheduler::match_prefix(std::int64_t group) {
  GroupState& one = state(group);
  // The last token is computed again when its logits are still wanted.
  const std::int64_t usable = (prompt_length(*one.group) - (one.sampled ? 0 : 1)) / block_tokens;
  one.prompt.blocks.reserve(static_cast<std::size_t>(blocks_for(prompt_length(*one.group))));
  for (std::int64_t b = 0; b < usable; ++b) {
    const BlockPool::Found found = pool_.find(one.serial, tokens_of(one.group->prompt, b));
    if (found.block < 0) break;
    one.prompt.blocks.push_back(found.block);
    one.serial = found.serial;
    ++one.published;
  }
  one.prompt.computed = one.prompt.scheduled = one.published * block_tokens;
  prefix_hits_ += one.prompt.computed;
}

void Scheduler::publish(std::int64_t group) {
  GroupState& one = state(group);
  for (; (one.published + 1) * block_tokens <= one.prompt.scheduled; ++one.published)
    one.serial = pool_.publish(one.serial, tokens_of(one.group->prompt, one.published),
                               one.prompt.blocks[static_cast<std::size_t>(one.published)]);
}

// ---- batches -----------------------------------------------------------------------------------------------------------------

const Batch& Scheduler::next() {
  do {
    batch_.rows.clear();
    batch_.samples.clear();
    in_batch_.clear();
    admit();
    batch_.prefill = !computing_.empty() || !behind_.empty();
    if (batch_.prefill) {
      fill_prefill();
    } else {
      fill_decode();
    }
  } while (batch_.rows.empty() && !finished());
  return batch_;
}

/// Rows for positions [computed, computed + count) of a sequence that is to reach `end`; samples from the last when it does.
void Scheduler::add_rows(Key key, Sequence& sequence, std::int64_t end, std::int64_t count, bool sample) {
  const GroupState& group = state(key.first);
  const std::int64_t tokens = prompt_length(*group.group);
  for (std::int64_t position = sequence.computed; position < sequence.computed + count; ++position) {
    const std::int32_t token = position < tokens ? group.group->prompt[static_cast<std::size_t>(position)]
                                                 : answer(key).ids[static_cast<std::size_t>(position - tokens)];
    batch_.rows.push_back({token, position, sequence.blocks.data(), key.first, sample && position + 1 == end});
  }
  sequence.scheduled = sequence.computed + count;
  in_batch_.push_back(key);
  if (!sample || sequence.scheduled < end) return;
  const std::int64_t row = batch_.samples.empty() ? 0 : batch_.samples.back().logits_row + 1;
  if (key.second >= 0) {
    batch_.samples.push_back({row, key.first, key.second, static_cast<std::int64_t>(answer(key).ids.size())});
    return;
  }
  for (std::int64_t a = 0; a < group.group->answers; ++a) batch_.samples.push_back({row, key.first, a, 0});
}

void Scheduler::fill_prefill() {
  std::vector<Key> keys(behind_.begin(), behind_.end());
  for (const std::int64_t group : computing_) keys.push_back({group, -1});
  std::sort(keys.begin(), keys.end());
  std::int64_t budget = limits_.prefill_chunk, wanting = 0;
  for (const Key& key : keys) {
    if (budget == 0 || wanting == limits_.max_batch) return;
    const bool prompt = key.second < 0;
    if (prompt ? !computing_.contains(key.first) : !behind_.contains(key)) continue;   // put off by an older one meanwhile
    GroupState& group = state(key.first);
    Sequence& sequence = prompt ? group.prompt : answer(key).sequence;
    const std::int64_t tokens = prompt_length(*group.group);
    const std::int64_t end = prompt ? tokens : tokens + static_cast<std::int64_t>(answer(key).ids.size());
    if (prompt && sequence.blocks.empty()) match_prefix(key.first);
    const std::int64_t count = std::min(budget, end - sequence.computed);
    if (count == 0) {   // all of the prompt was found
      prompt_done(key.first);
      continue;
    }
    if (!extend(key, sequence, sequence.computed + count)) {
      if (prompt) {
        drop_prompt(key.first);
      } else {
        put_off(key);
      }
      continue;
    }
    add_rows(key, sequence, end, count, !prompt || !group.sampled);
    if (prompt) publish(key.first);
    budget -= count;
    if (sequence.scheduled == end) ++wanting;
  }
}

void Scheduler::fill_decode() {
  for (auto place = running_.begin(); place != running_.end();) {
    const Key key = *place;
    Sequence& sequence = answer(key).sequence;
    const bool fits = extend(key, sequence, sequence.computed + 1);   // may put off answers behind `place`, never before it
    ++place;
    if (!fits) {
      put_off(key);
      continue;
    }
    add_rows(key, sequence, sequence.computed + 1, 1, true);
  }
}

void Scheduler::prompt_done(std::int64_t group) {
  GroupState& one = state(group);
  computing_.erase(group);
  one.state = PromptState::ready;
  one.sampled = true;
  ready_.insert(group);
  if (one.waiting == 0) drop_prompt(group);
}

void Scheduler::computed() {
  for (const Key& key : in_batch_) {
    Sequence& sequence = key.second < 0 ? state(key.first).prompt : answer(key).sequence;
    sequence.computed = sequence.scheduled;
    if (key.second < 0) {
      if (sequence.computed == prompt_length(*state(key.first).group)) prompt_done(key.first);
    } else if (sequence.computed == prompt_length(*state(key.first).group) + static_cast<std::int64_t>(answer(key).ids.size())) {
      behind_.erase(key);
    }
  }
}

void Scheduler::accept(const SampleTask& sample, std::int32_t token, bool ends) {
  const Key key{sample.group, sample.answer};
  AnswerState& one = answer(key);
  one.ids.push_back(token);
  if (!ends) return;
  one.done = true;
  --unfinished_;
  drop_blocks(one.sequence);
  if (one.running) {
    running_.erase(key);
    behind_.erase(key);
    return;
  }
  waiting_.erase(key);   // it ended with its first token
  GroupState& group = state(sample.group);
  if (--group.waiting == 0 && group.state != PromptState::absent) drop_prompt(sample.group);
}

}  // namespace srl::rollout
