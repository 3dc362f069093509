// The scheduler without a model: a pretended cache remembers which token of which position was written where.
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

/// A token that depends on everything before it, as a model's would.
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
};

Outcome simulate(const std::vector<Group>& groups, std::int64_t longest, std::int64_t blocks, Limits limits) {
  BlockPool pool(blocks);
  std::vector<std::vector<Written>> memory(static_cast<std::size_t>(blocks),
                                           std::vector<Written>(static_cast<std::size_t>(block_tokens)));
  Scheduler scheduler(groups, std::vector<std::int64_t>(groups.size(), longest), pool, 1, limits,
                      [&](BlockId from, BlockId to) {
                        memory[static_cast<std::size_t>(to)] = memory[static_cast<std::size_t>(from)];
                      });
  Outcome outcome;
  while (!scheduler.finished()) {
    const Batch& batch = scheduler.next();
    EXPECT_FALSE(batch.rows.empty());
    if (batch.rows.empty()) { break; }
    ++outcome.forwards;
    outcome.rows += static_cast<std::int64_t>(batch.rows.size());
    outcome.most_rows = std::max(outcome.most_rows, static_cast<std::int64_t>(batch.rows.size()));
    const auto slot = [&](const Row& row, std::int64_t position) -> Written& {
      return memory[static_cast<std::size_t>(row.blocks[position / block_tokens])]
                   [static_cast<std::size_t>(position % block_tokens)];
    };
    for (const Row& row : batch.rows) {
      // A shared block is never written again.
      EXPECT_EQ(pool.references(row.blocks[row.position / block_tokens]) > 1 &&
                    slot(row, row.position).position == row.position &&
                    slot(row, row.position).token != row.token,
                false);
      slot(row, row.position) = {row.token, row.position};
    }
    scheduler.computed();
    const std::vector<SampleTask> samples = batch.samples;
    std::size_t wanted = 0;
    std::map<std::int64_t, const Row*> logits;
    for (const Row& row : batch.rows) {
      if (row.wants_logits) { logits[static_cast<std::int64_t>(wanted++)] = &row; }
    }
    for (const SampleTask& task : samples) {  // the row sees exactly its own prompt and completion
      const auto& prompt = groups[static_cast<std::size_t>(task.group)].prompt;
      const auto& ids = scheduler.ids(task.group, task.completion);
      const Row& row = *logits.at(task.logits_row);
      const std::size_t length = prompt.size() + (task.token == 0 ? 0 : ids.size());
      EXPECT_EQ(static_cast<std::size_t>(row.position) + 1, length);
      EXPECT_EQ(task.token, static_cast<std::int64_t>(ids.size()));
      for (std::size_t p = 0; p < length; ++p) {
        const Written& written = slot(row, static_cast<std::int64_t>(p));
        EXPECT_EQ(written.position, static_cast<std::int64_t>(p));
        EXPECT_EQ(written.token, p < prompt.size() ? prompt[p] : ids[p - prompt.size()]);
      }
      if (testing::Test::HasFailure()) { return outcome; }
    }
    for (const SampleTask& task : samples) {
      const auto& ids = scheduler.ids(task.group, task.completion);
      const std::int32_t token =
          next_token(groups[static_cast<std::size_t>(task.group)].prompt, ids, task.completion);
      scheduler.accept(task, token, token == 0 || static_cast<std::int64_t>(ids.size()) + 1 == longest);
    }
  }
  EXPECT_EQ(pool.in_use(), 0);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    outcome.ids.emplace_back();
    for (std::int64_t a = 0; a < groups[g].completions; ++a) {
      outcome.ids.back().push_back(scheduler.ids(static_cast<std::int64_t>(g), a));
    }
  }
  outcome.preemptions = scheduler.preemptions();
  outcome.prefix_hits = scheduler.prefix_hits();
  return outcome;
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
  std::int64_t preemptions = 0, hits = 0;
  for (int round = 0; round < 30; ++round) {
    const std::vector<Group> groups = random_groups(random, 12, 90);
    const std::int64_t longest = 1 + static_cast<std::int64_t>(random() % 60);
    const Outcome roomy = simulate(groups, longest, 1000, {64, 512});
    if (testing::Test::HasFailure()) { return; }
    for (int variant = 0; variant < 4; ++variant) {
      const std::int64_t blocks = 11 + static_cast<std::int64_t>(random() % 20);
      const Limits limits{1 + static_cast<std::int64_t>(random() % 20),
                          1 + static_cast<std::int64_t>(random() % 100)};
      const Outcome tight = simulate(groups, longest, blocks, limits);
      EXPECT_EQ(tight.ids, roomy.ids);
      EXPECT_LE(tight.most_rows, std::max(limits.max_sequences, limits.prefill_chunk));
      preemptions += tight.preemptions;
      hits += tight.prefix_hits;
      if (testing::Test::HasFailure()) { return; }
    }
  }
  EXPECT_GT(preemptions, 100);  // the budgets were tight enough to matter
  EXPECT_GT(hits, 100);
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
