#pragma once
// The paged key/value cache. A block holds `block_tokens` consecutive positions of one sequence in every
// layer. Blocks are reference-counted: the completions of a group share the full blocks of their prompt, and
// prompts with a common prefix share its blocks. Only full blocks of prompt tokens are shared, so a shared
// block is never written again.
#include <array>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/pages.hpp"

namespace srl::rollout {

inline constexpr std::int64_t block_tokens = 16;
/// Blocks that hold `tokens` positions.
inline std::int64_t blocks_for(std::int64_t tokens) {
  return (tokens + block_tokens - 1) / block_tokens;
}
using BlockId = std::int32_t;

/// Tracks free blocks, reference counts, and full prompt blocks that can be found by their tokens.
class BlockPool {
 public:
  explicit BlockPool(std::int64_t blocks);
  std::int64_t blocks() const { return std::ssize(entries_); }
  std::int64_t available() const;  ///< number of blocks that `take` can still return
  std::int64_t in_use() const { return blocks() - available(); }
  std::int64_t peak() const { return peak_; }  ///< largest number of blocks in use since reset()
  /// Returns a block with one reference: the free one with the lowest number, else the least recently used
  /// idle one. Bug when none is available.
  BlockId take();
  void share(BlockId block);    ///< adds one reference
  void release(BlockId block);  ///< removes one reference; Bug if there is none
  std::int64_t references(BlockId block) const;

  // Full prompt blocks form a tree: a node is (parent's serial number, its tokens); 0 is the root. Exact, no
  // hash collisions.
  using Tokens = std::array<std::int32_t, block_tokens>;
  struct Found {
    BlockId block = -1;  ///< -1 = not found
    std::uint64_t serial = 0;
  };
  /// Looks up a child of `parent`. Adds a reference to it if found.
  Found find(std::uint64_t parent, const Tokens& tokens);
  /// Makes `block` findable and returns its serial. If an equal block exists already, that one is kept and
  /// its serial is returned.
  std::uint64_t publish(std::uint64_t parent, const Tokens& tokens, BlockId block);
  /// Resets all blocks to free. Bug when a block is still referenced and `must_be_unused` is true.
  void reset(bool must_be_unused);

 private:
  struct Key {
    std::uint64_t parent;
    Tokens tokens;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    std::int64_t references = 0;
    std::uint64_t serial = 0;           ///< 0 = not published
    std::list<BlockId>::iterator idle;  ///< valid while published and unreferenced
    const Key* key = nullptr;
  };
  std::vector<Entry> entries_;
  std::vector<BlockId> free_;  ///< a heap, lowest number on top
  std::list<BlockId> idle_;    ///< published, unreferenced, least recently used first
  std::unordered_map<Key, BlockId, Hash> published_;
  std::uint64_t next_serial_ = 1;
  std::int64_t peak_ = 0;
};

/// Memory of the blocks, allocated in slabs when first used. Layout of a block: [layers][kv_heads]{keys
/// [head_dim][block_tokens], values [block_tokens][head_dim_padded]} of floats; head_dim_padded is head_dim
/// rounded up to 16.
class KvStorage {
 public:
  KvStorage(std::int64_t layers, std::int64_t kv_heads, std::int64_t head_dim);
  std::int64_t block_bytes() const { return block_floats_ * std::int64_t{sizeof(float)}; }
  std::int64_t head_dim() const { return head_dim_; }
  std::int64_t padded_head_dim() const { return padded_; }
  void ensure(BlockId highest);  ///< allocates blocks 0..highest; EnvironmentError when out of memory
  void clear();                  ///< frees all memory
  float* keys(BlockId block, std::int64_t layer, std::int64_t head) const {
    return static_cast<float*>(slabs_[block / per_slab_].data()) + (block % per_slab_) * block_floats_ +
           (layer * kv_heads_ + head) * head_floats_;
  }
  float* values(BlockId block, std::int64_t layer, std::int64_t head) const {
    return keys(block, layer, head) + head_dim_ * block_tokens;
  }
  void copy(BlockId from, BlockId to);  ///< all layers

 private:
  std::int64_t kv_heads_, head_dim_, padded_, head_floats_, block_floats_, per_slab_;
  std::vector<Pages> slabs_;
};

}  // namespace srl::rollout
