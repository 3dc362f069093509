#include "rollout/schedule/scheduler.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace srl::rollout {

std::int64_t blocks_needed(std::int64_t prompt_tokens, std::int64_t new_tokens) {
  return blocks_for(prompt_tokens) + blocks_for(prompt_tokens + new_tokens) - prompt_tokens / block_tokens;
}

Scheduler::Scheduler(const std::vector<Group>& groups, std::vector<std::int64_t> lengths, BlockPool& pool,
                     std::uint64_t block_bytes, Limits limits,
                     std::function<void(BlockId, BlockId)> copy_block)
    : lengths_(std::move(lengths)), pool_(pool), limits_(limits), copy_block_(std::move(copy_block)) {
  groups_.resize(groups.size());
  for (std::int64_t g = 0; g < std::ssize(groups); ++g) {
    GroupState& one = groups_[g];
    const std::int64_t tokens = prompt_length(groups[g]), need = blocks_needed(tokens, lengths_[g]);
    if (need > pool.blocks()) {
      throw BadOption("group " + std::to_string(g) + " can never fit: " + std::to_string(tokens) +
                      " prompt tokens and up to " + std::to_string(lengths_[g]) + " new tokens need " +
                      std::to_string(need * block_bytes) +
                      " bytes of key/value cache; rollout.kv_cache_bytes allows " +
                      std::to_string(pool.blocks() * block_bytes) +
                      "; raise it, or lower sampling.max_new_tokens or the prompt length");
    }
    one.group = &groups[g];
    one.completions.resize(groups[g].completions);
    one.waiting = groups[g].completions;
    unfinished_ += groups[g].completions;
    for (std::int64_t a = 0; a < groups[g].completions; ++a) { waiting_.insert({g, a}); }
  }
}

const std::vector<std::int32_t>& Scheduler::ids(std::int64_t group, std::int64_t completion_index) const {
  return groups_[group].completions[completion_index].ids;
}

void Scheduler::admit() {
  std::int64_t reserved = 0;
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    if (std::ssize(running_) + reserved >= limits_.max_sequences) { return; }
    const Key key = *place;
    ++place;  // fork() takes `key` out of the set
    if (full(key)) { continue; }
    GroupState& one = state(key.first);
    if (one.state == PromptState::absent && !start_prompt(key.first)) { return; }
    if (one.state == PromptState::computing) {
      ++reserved;
    } else if (!fork(key)) {
      return;
    }
  }
}

const Batch& Scheduler::next(bool samples_follow) {
  do {
    batch_.rows.clear();
    batch_.samples.clear();
    in_batch_.clear();
    admit();
    batch_.prefill = !computing_.empty() || !catching_up_.empty();
    if (batch_.prefill) {
      fill_prefill();
    } else {
      fill_decode();
    }
  } while (batch_.rows.empty() && !finished() && !samples_follow);
  return batch_;
}

/// Adds rows for positions [computed, computed + count) of a sequence that must reach `end`. Samples from the
/// last row if it reaches `end`.
void Scheduler::add_rows(Key key, Sequence& sequence, std::int64_t end, std::int64_t count, bool sample) {
  const GroupState& group = state(key.first);
  const std::int64_t tokens = prompt_length(*group.group);
  for (std::int64_t position = sequence.computed; position < sequence.computed + count; ++position) {
    const std::int32_t token =
        position < tokens ? group.group->prompt[position] : completion(key).ids[position - tokens];
    batch_.rows.push_back({token, position, sequence.blocks.data(), shared_positions(tokens, position),
                           key.first, sample && position + 1 == end});
  }
  sequence.scheduled = sequence.computed + count;
  in_batch_.push_back(key);
  if (!sample || sequence.scheduled < end) { return; }
  const std::int64_t row = batch_.samples.empty() ? 0 : batch_.samples.back().logits_row + 1;
  if (key.second >= 0) {
    batch_.samples.push_back({row, key.first, key.second, std::ssize(completion(key).ids)});
    return;
  }
  for (std::int64_t a = 0; a < group.group->completions; ++a) {
    batch_.samples.push_back({row, key.first, a, 0});
  }
}

void Scheduler::fill_prefill() {
  std::vector<Key> keys(catching_up_.begin(), catching_up_.end());
  for (const std::int64_t group : computing_) { keys.push_back({group, -1}); }
  std::sort(keys.begin(), keys.end());
  std::int64_t budget = limits_.prefill_chunk, wanting = 0;
  for (const Key& key : keys) {
    if (budget == 0 || wanting == limits_.max_sequences) { return; }
    const bool prompt = key.second < 0;
    if (prompt ? !computing_.contains(key.first) : !catching_up_.contains(key)) {
      continue;  // preempted by an older sequence in this loop
    }
    GroupState& group = state(key.first);
    Sequence& sequence = prompt ? group.prompt : completion(key).sequence;
    const std::int64_t tokens = prompt_length(*group.group);
    const std::int64_t end = prompt ? tokens : tokens + std::ssize(completion(key).ids);
    if (prompt && sequence.blocks.empty()) { match_prefix(key.first); }
    const std::int64_t count = std::min(budget, end - sequence.computed);
    if (count == 0) {  // the whole prompt was found in the cache
      prompt_done(key.first);
      continue;
    }
    if (!extend(key, sequence, sequence.computed + count)) {
      if (prompt) {
        drop_prompt(key.first);
      } else {
        preempt(key);
      }
      continue;
    }
    add_rows(key, sequence, end, count, !prompt || !group.sampled);
    if (prompt) { publish(key.first); }
    budget -= count;
    if (sequence.scheduled == end) { ++wanting; }
  }
}

void Scheduler::fill_decode() {
  for (auto place = running_.begin(); place != running_.end();) {
    const Key key = *place;
    Sequence& sequence = completion(key).sequence;
    if (full(key)) {
      ++place;
      continue;
    }
    const bool fits = extend(
        key, sequence, sequence.computed + 1);  // may preempt completions after `place`, never before it
    ++place;
    if (!fits) {
      preempt(key);
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
  if (one.waiting == 0) { drop_prompt(group); }
}

void Scheduler::computed() {
  for (const Key& key : in_batch_) {
    Sequence& sequence = key.second < 0 ? state(key.first).prompt : completion(key).sequence;
    sequence.computed = sequence.scheduled;
    if (key.second < 0) {
      if (sequence.computed == prompt_length(*state(key.first).group)) { prompt_done(key.first); }
    } else if (sequence.computed ==
               prompt_length(*state(key.first).group) + std::ssize(completion(key).ids)) {
      catching_up_.erase(key);
    }
  }
  for (std::size_t i = 0; i < batch_.samples.size(); ++i) {
    completion({batch_.samples[i].group, batch_.samples[i].completion}).ids.push_back(id_of_sample(i));
  }
}

void Scheduler::accept(const SampleTask& sample, std::int32_t token, bool ends) {
  const Key key{sample.group, sample.completion};
  CompletionState& one = completion(key);
  one.ids[sample.token] = token;
  if (!ends) { return; }
  one.ids.resize(sample.token + 1);  // without that of a row too many
  one.done = true;
  --unfinished_;
  drop_blocks(one.sequence);
  if (one.running) {
    running_.erase(key);
    catching_up_.erase(key);
    return;
  }
  waiting_.erase(key);  // it ended with its first token
  GroupState& group = state(sample.group);
  if (--group.waiting == 0 && group.state != PromptState::absent) { drop_prompt(sample.group); }
}

}  // namespace srl::rollout
