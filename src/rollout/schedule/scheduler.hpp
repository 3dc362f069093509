#pragma once
// Selects the rows of the next forward. A prompt is computed once and shared by its group's completions. A
// completion that ends frees its place at once. When blocks run out, the youngest completions are preempted:
// they keep their tokens, lose their blocks and are computed again later. The order of age is (group,
// completion). Decisions depend only on sizes, never on time.
//
// The host may accept the samples of a forward after it enqueued the next one. Until then it uses
// id_of_sample() instead of their ids. A completion that ended with such a sample has a row too many in the
// next forward; one that ended by its length has not.
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "rollout/decode/decoder.hpp"
#include "rollout/decode/kv_cache.hpp"
#include "rollout/generate.hpp"

namespace srl::rollout {

struct Limits {
  std::int64_t max_sequences = 128;  ///< completions decoded at the same time
  std::int64_t prefill_chunk = 512;  ///< largest number of rows in a prefill forward
};

/// A token to sample from a row of logits after the forward.
struct SampleTask {
  std::int64_t logits_row = 0, group = 0, completion = 0;
  std::int64_t token = 0;  ///< index in the completion
};

struct Batch {
  std::vector<Row> rows;
  std::vector<SampleTask> samples;
  bool prefill = false;
};

/// Largest number of blocks that one completion needs: those of its prompt, which the group keeps, and its
/// own from the partly filled prompt block on.
std::int64_t blocks_needed(std::int64_t prompt_tokens, std::int64_t new_tokens);

class Scheduler {
 public:
  /// lengths[g]: largest number of new tokens in group g. BadOption naming a group that can never fit into
  /// `pool`. copy_block(from, to) copies one block's memory.
  Scheduler(const std::vector<Group>& groups, std::vector<std::int64_t> lengths, BlockPool& pool,
            std::uint64_t block_bytes, Limits limits, std::function<void(BlockId, BlockId)> copy_block);
  bool finished() const { return unfinished_ == 0; }
  /// The rows of the next forward. Empty only if finished(), or if `samples_follow` and no row can be
  /// computed before accept() for the last forward. Valid until accept() or next().
  const Batch& next(bool samples_follow = false);
  /// Call after the forward of next(): its rows are in the cache, and its samples are drawn.
  void computed();
  /// Whether the completion ended with an earlier sample, so that this one is of a row too many.
  bool ended(const SampleTask& sample) const {
    return groups_[sample.group].completions[sample.completion].done;
  }
  /// Call after computed() and before computed() of the forward after the next one, once per sample that has
  /// not ended(), with the token and whether the completion ends with it. It must end if it has its largest
  /// number of new tokens.
  void accept(const SampleTask& sample, std::int32_t token, bool ends);
  /// Of a completion, those that are not accepted included.
  const std::vector<std::int32_t>& ids(std::int64_t group, std::int64_t completion) const;
  std::int64_t preemptions() const { return preemptions_; }
  std::int64_t prefix_hits() const {
    return prefix_hits_;
  }  ///< prompt tokens found in the cache instead of computed
  BlockId highest_block() const { return highest_block_; }

 private:
  using Key = std::pair<std::int64_t, std::int64_t>;  // (group, completion), completion -1 = the prompt
  struct Sequence {
    std::vector<BlockId> blocks;
    std::int64_t computed = 0, scheduled = 0;
  };
  enum class PromptState { absent, computing, ready };
  struct CompletionState {
    Sequence sequence;
    std::vector<std::int32_t> ids;
    bool running = false, done = false;
  };
  struct GroupState {
    const Group* group = nullptr;
    Sequence prompt;
    PromptState state = PromptState::absent;
    bool sampled = false;        // the first tokens of all completions are sampled
    std::uint64_t serial = 0;    // of the last published block
    std::int64_t published = 0;  // blocks
    std::int64_t waiting = 0;    // completions that are not running and not done
    std::vector<CompletionState> completions;
  };

  static std::int64_t prompt_length(const Group& group) { return std::ssize(group.prompt); }
  GroupState& state(std::int64_t group) { return groups_[group]; }
  CompletionState& completion(Key key) { return state(key.first).completions[key.second]; }
  /// Whether it ends with a sample that is not accepted yet.
  bool full(Key key) { return std::ssize(completion(key).ids) >= lengths_[key.first]; }
  void admit();
  void add_rows(Key key, Sequence& sequence, std::int64_t end, std::int64_t count, bool sample);
  void fill_prefill();
  void fill_decode();
  void prompt_done(std::int64_t group);

  // scheduler_blocks.cpp
  bool start_prompt(std::int64_t group);
  bool fork(Key key);
  bool room_for(std::int64_t blocks) const;
  bool make_room(Key asking, std::int64_t blocks);
  bool extend(Key asking, Sequence& sequence, std::int64_t tokens);
  void drop_blocks(Sequence& sequence);
  void drop_prompt(std::int64_t group);
  void preempt(Key key);
  void match_prefix(std::int64_t group);
  void publish(std::int64_t group);

  std::vector<GroupState> groups_;
  std::vector<std::int64_t> lengths_;
  BlockPool& pool_;
  Limits limits_;
  std::function<void(BlockId, BlockId)> copy_block_;
  std::set<Key> waiting_, running_,
      catching_up_;                           // catching_up_: running, with several tokens to compute
  std::set<std::int64_t> computing_, ready_;  // groups whose prompt is being computed / is in the cache
  Batch batch_;
  std::vector<Key> in_batch_;
  std::int64_t unfinished_ = 0, preemptions_ = 0, prefix_hits_ = 0;
  BlockId highest_block_ = -1;
};

}  // namespace srl::rollout
