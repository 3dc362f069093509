// The scheduler without a model: a fake cache remembers the token and position that were written to each
// slot.
#include "rollout/schedule/scheduler.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/error.hpp"

namespace srl::rollout {
namespace {

struct Written {
  std::int32_t token = -1;
  std::int64_t position = -1;
};

/// A token that depends on everything before it, like a model's token.
std::int32_t next_token(const std::vector<std::int32_t>& prompt, const std::vector<std::int32_t>& ids,
                        std::int64_t completion) {
  std::uint32_t h = static_cast<std::uint32_t>(completion * 977 + 1);
  for (const std::int32_t id : prompt) { h = h * 31 + static_cast<std::uint32_t>(id); }
  for (const std::int32_t id : ids) { h = h * 31 + static_cast<std::uint32_t>(id); }
  return static_cast<std::int32_t>((h >> 8) % 50);
}

struct Outcome {
  std::vector<std::vector<std::vector<std::int32_t>>> ids;
  std::int64_t preemptions = 0, prefix_hits = 0, forwards = 0, most_rows = 0, rows = 0;
  std::int64_t dropped = 0;  ///< samples of completions that had ended
};

/// A scheduler and a fake memory of its blocks: the rows of a forward write to it, and the sampled rows read
/// from it.
class Simulation {
 public:
  Simulation(const std::vector<Group>& groups, std::int64_t longest, std::int64_t blocks, Limits limits)
      : groups_(groups),
        longest_(longest),
        pool_(blocks),
        memory_(blocks, std::vector<Written>(block_tokens)),
        scheduler_(groups, std::vector<std::int64_t>(groups.size(), longest), pool_, 1, limits,
                   [&](BlockId from, BlockId to) { memory_[to] = memory_[from]; }) {}

  /// `behind`: samples are accepted after the next forward is enqueued.
  Outcome run(bool behind) {
    std::vector<SampleTask> unread;
    while (!scheduler_.finished()) {
      const std::vector<std::int32_t> unread_ids = last_ids_;
      const Batch& batch = scheduler_.next(!unread.empty());
      const std::vector<SampleTask> samples = batch.samples;
      if (batch.rows.empty() && unread.empty()) {
        ADD_FAILURE() << "no rows";
        break;
      }
      if (!batch.rows.empty()) {
        write(batch);
        sample(batch);
        scheduler_.computed();
      }
      if (testing::Test::HasFailure()) { return outcome_; }
      accept(unread, unread_ids);
      unread = samples;
      if (behind) { continue; }
      accept(unread, last_ids_);
      unread.clear();
    }
    EXPECT_EQ(pool_.in_use(), 0);
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      outcome_.ids.emplace_back();
      for (std::int64_t a = 0; a < groups_[g].completions; ++a) {
        outcome_.ids.back().push_back(scheduler_.ids(g, a));
      }
    }
    outcome_.preemptions = scheduler_.preemptions();
    outcome_.prefix_hits = scheduler_.prefix_hits();
    return outcome_;
  }

 private:
  Written& slot(const Row& row, std::int64_t position) {
    return memory_[row.blocks[position / block_tokens]][position % block_tokens];
  }

  void write(const Batch& batch) {
    ++outcome_.forwards;
    outcome_.rows += std::ssize(batch.rows);
    outcome_.most_rows = std::max(outcome_.most_rows, std::ssize(batch.rows));
    for (const Row& row : batch.rows) {
      const std::int32_t token =
          row.token >= 0 ? row.token : last_ids_.at(static_cast<std::size_t>(-1 - row.token));
      // A shared block must not be changed.
      EXPECT_EQ(pool_.references(row.blocks[row.position / block_tokens]) > 1 &&
                    slot(row, row.position).position == row.position &&
                    slot(row, row.position).token != token,
                false);
      slot(row, row.position) = {token, row.position};
    }
  }

  /// Draws tokens, as a device does that the host does not wait for. Checks that a sampled row sees exactly
  /// its own prompt and completion.
  void sample(const Batch& batch) {
    std::vector<const Row*> logits;
    for (const Row& row : batch.rows) {
      if (row.wants_logits) { logits.push_back(&row); }
    }
    last_ids_.clear();
    for (const SampleTask& task : batch.samples) {
      const auto& prompt = groups_[task.group].prompt;
      auto& ids = drawn_[{task.group, task.completion}];
      const Row& row = *logits.at(task.logits_row);
      const std::int64_t tokens = std::ssize(prompt), length = tokens + std::ssize(ids);
      EXPECT_EQ(row.position + 1, length);
      EXPECT_EQ(task.token, std::ssize(ids));
      EXPECT_LT(task.token, longest_);
      for (std::int64_t p = 0; p < length; ++p) {
        EXPECT_EQ(slot(row, p).position, p);
        EXPECT_EQ(slot(row, p).token, p < tokens ? prompt[p] : ids[p - tokens]);
      }
      if (testing::Test::HasFailure()) { return; }
      ids.push_back(next_token(prompt, ids, task.completion));
      last_ids_.push_back(ids.back());
    }
  }

  void accept(const std::vector<SampleTask>& samples, const std::vector<std::int32_t>& ids) {
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (scheduler_.ended(samples[i])) {
        ++outcome_.dropped;
      } else {
        scheduler_.accept(samples[i], ids.at(i), ids[i] == 0 || samples[i].token + 1 == longest_);
      }
    }
  }

  const std::vector<Group>& groups_;
  std::int64_t longest_;
  BlockPool pool_;
  std::vector<std::vector<Written>> memory_;
  Scheduler scheduler_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::int32_t>> drawn_;
  std::vector<std::int32_t> last_ids_;  ///< of the last samples
  Outcome outcome_;
};

Outcome simulate(const std::vector<Group>& groups, std::int64_t longest, std::int64_t blocks, Limits limits,
                 bool behind = false) {
  return Simulation(groups, longest, blocks, limits).run(behind);
}

std::vector<Group> random_groups(std::mt19937& random, std::size_t count, std::size_t longest_prompt) {
  std::vector<Group> groups(count);
  for (Group& group : groups) {
    const bool shared_start = random() % 2 == 0;
    const std::size_t length = 1 + random() % longest_prompt;
    for (std::size_t i = 0; i < length; ++i) {
      group.prompt.push_back(shared_start && i < 40 ? static_cast<std::int32_t>(i)
                                                    : static_cast<std::int32_t>(random() % 50));
    }
    group.completions = 1 + static_cast<std::int64_t>(random() % 6);
  }
  return groups;
}

TEST(Scheduler, EveryAnswerIsTheSameUnderAnyLimitsAndBudget) {
  std::mt19937 random(11);
  std::int64_t preemptions = 0, hits = 0, dropped = 0;
  for (int round = 0; round < 30; ++round) {
    const std::vector<Group> groups = random_groups(random, 12, 90);
    const std::int64_t longest = 1 + static_cast<std::int64_t>(random() % 60);
    const Outcome roomy = simulate(groups, longest, 1000, {64, 512});
    if (testing::Test::HasFailure()) { return; }
    for (int variant = 0; variant < 4; ++variant) {
      const std::int64_t blocks = 11 + static_cast<std::int64_t>(random() % 20);
      const Limits limits{1 + static_cast<std::int64_t>(random() % 20),
                          1 + static_cast<std::int64_t>(random() % 100)};
      const Outcome tight = simulate(groups, longest, blocks, limits, variant % 2 == 1);
      EXPECT_EQ(tight.ids, roomy.ids);
      EXPECT_LE(tight.most_rows, std::max(limits.max_sequences, limits.prefill_chunk));
      preemptions += tight.preemptions;
      hits += tight.prefix_hits;
      dropped += tight.dropped;
      if (testing::Test::HasFailure()) { return; }
    }
  }
  EXPECT_GT(preemptions, 100);  // the budgets were tight enough to matter
  EXPECT_GT(hits, 100);
  EXPECT_GT(dropped, 100);
}

TEST(Scheduler, ComputesASharedPromptOnce) {
  std::vector<Group> groups(1);
  for (std::int32_t i = 0; i < 100; ++i) { groups[0].prompt.push_back(i % 50); }
  groups[0].completions = 8;
  const Outcome outcome = simulate(groups, 2, 100, {8, 64});
  EXPECT_EQ(outcome.forwards, 3);  // two chunks of prompt, one decode step
  EXPECT_LE(outcome.rows, 108);
}

TEST(Scheduler, SharesPrefixesBetweenPromptsOfOneChunk) {
  std::vector<Group> groups(2);
  for (std::int32_t i = 0; i < 40; ++i) {
    groups[0].prompt.push_back(i);
    groups[1].prompt.push_back(i < 33 ? i : 49);
  }
  const Outcome outcome = simulate(groups, 1, 100, {8, 512});
  EXPECT_EQ(outcome.prefix_hits, 32);
  EXPECT_EQ(outcome.rows, 48);
}

TEST(Scheduler, RefusesWhatCanNeverFit) {
  std::vector<Group> groups(2);
  groups[0].prompt.assign(10, 1);
  groups[1].prompt.assign(100, 1);
  BlockPool pool(8);
  try {
    Scheduler(groups, {20, 40}, pool, 1000, {8, 64}, [](BlockId, BlockId) {});
    FAIL();
  } catch (const BadOption& error) {
    EXPECT_NE(std::string(error.what()).find("group 1"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("rollout.kv_cache_bytes"), std::string::npos);
  }
}

}  // namespace
}  // namespace srl::rollout
