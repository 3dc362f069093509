#pragma once
// Which blocks of the key/value cache are whose. A block is a page of compute/kv_pages.hpp: `block_tokens`
// consecutive positions of one sequence in every layer. Blocks are reference-counted: the completions of a
// group share the full blocks of their prompt, and prompts with a common prefix share its blocks. Only full
// blocks of prompt tokens are shared, so a shared block is never written again.
#include <array>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <vector>

#include "compute/kv_pages.hpp"

namespace srl::rollout {

inline constexpr std::int64_t block_tokens = compute::page_tokens;
/// Blocks that hold `tokens` positions.
inline std::int64_t blocks_for(std::int64_t tokens) {
  return compute::pages_for(tokens);
}
using BlockId = compute::PageId;

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

}  // namespace srl::rollout
