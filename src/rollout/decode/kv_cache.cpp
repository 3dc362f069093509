#include "rollout/decode/kv_cache.hpp"

#include <algorithm>
#include <functional>
#include <string>

#include "base/error.hpp"

namespace srl::rollout {

BlockPool::BlockPool(std::int64_t blocks) : entries_(blocks) {
  reset(false);
}

void BlockPool::reset(bool must_be_unused) {
  if (must_be_unused && in_use() != 0) {
    throw Bug("the key/value cache still holds " + std::to_string(in_use()) +
              " blocks after the last completion");
  }
  idle_.clear();
  published_.clear();
  free_.clear();
  for (BlockId block = 0; block < blocks(); ++block) {
    entries_[block] = Entry{};
    free_.push_back(block);
  }
  std::make_heap(free_.begin(), free_.end(), std::greater<>());
  peak_ = 0;
}

std::int64_t BlockPool::available() const {
  return std::ssize(free_) + std::ssize(idle_);
}

BlockId BlockPool::take() {
  BlockId block = -1;
  if (!free_.empty()) {
    std::pop_heap(free_.begin(), free_.end(), std::greater<>());
    block = free_.back();
    free_.pop_back();
  } else if (!idle_.empty()) {
    block = idle_.front();
    idle_.pop_front();
    Entry& entry = entries_[block];
    published_.erase(published_.find(*entry.key));
    entry = Entry{};
  } else {
    throw Bug("a key/value block was taken from an exhausted pool");
  }
  entries_[block].references = 1;
  peak_ = std::max(peak_, in_use());
  return block;
}

void BlockPool::share(BlockId block) {
  Entry& entry = entries_[block];
  if (entry.references <= 0) { throw Bug("an unused key/value block was shared"); }
  ++entry.references;
}

void BlockPool::release(BlockId block) {
  Entry& entry = entries_[block];
  if (entry.references <= 0) { throw Bug("a key/value block was released twice"); }
  if (--entry.references > 0) { return; }
  if (entry.serial != 0) {
    entry.idle = idle_.insert(idle_.end(), block);
  } else {
    free_.push_back(block);
    std::push_heap(free_.begin(), free_.end(), std::greater<>());
  }
}

std::int64_t BlockPool::references(BlockId block) const {
  return entries_[block].references;
}

std::size_t BlockPool::Hash::operator()(const Key& key) const {
  std::uint64_t h = key.parent * 0x9E3779B97F4A7C15u;
  for (const std::int32_t token : key.tokens) {
    h = (h ^ static_cast<std::uint32_t>(token)) * 0x100000001B3u + (h >> 29);
  }
  return h;
}

BlockPool::Found BlockPool::find(std::uint64_t parent, const Tokens& tokens) {
  const auto place = published_.find(Key{parent, tokens});
  if (place == published_.end()) { return {}; }
  Entry& entry = entries_[place->second];
  if (entry.references++ == 0) { idle_.erase(entry.idle); }
  peak_ = std::max(peak_, in_use());
  return {place->second, entry.serial};
}

std::uint64_t BlockPool::publish(std::uint64_t parent, const Tokens& tokens, BlockId block) {
  const auto [place, fresh] = published_.try_emplace(Key{parent, tokens}, block);
  if (!fresh) { return entries_[place->second].serial; }
  Entry& entry = entries_[block];
  entry.serial = next_serial_++;
  entry.key = &place->first;
  return entry.serial;
}

}  // namespace srl::rollout
