// A whole batch gives the same results as its pairs one by one: on the CPU, and in parts through the lanes of
// pair_matching.hpp on the host. gpu_test.cpp does the same on a GPU.
#include "reward/batch_similarity.hpp"

#include <gmock/gmock.h>

#include <random>

#include "base/error.hpp"
#include "reward/batch/batch_parts.hpp"
#include "reward/host_lanes.hpp"
#include "reward/search/symbols.hpp"

namespace srl::reward {
namespace {

std::string random_text(std::mt19937& random, std::size_t length) {
  static const std::vector<std::string> pieces = {
      "the ", "sum", " of ", "x", "^2", "\n", "é", "日", "😀", "1", "+", "= ", "e\xcc\x81", "aaaa", "\xff"};
  std::string text;
  while (text.size() < length) { text += pieces[random() % pieces.size()]; }
  return text;
}

struct Batch {
  std::vector<std::string> targets;
  std::vector<std::vector<std::string>> actions;

  explicit Batch(int groups) {
    std::mt19937 random(31);
    for (int g = 0; g < groups; ++g) {
      targets.push_back(random_text(random, random() % 700));
      actions.emplace_back();
      for (std::size_t k = random() % 6; k > 0; --k) {
        actions.back().push_back(random() % 3 == 0
                                     ? targets.back().substr(random() % (targets.back().size() + 1))
                                     : random_text(random, random() % 900));
      }
    }
  }
  std::vector<TextGroup> texts() const {
    std::vector<TextGroup> groups;
    for (std::size_t g = 0; g < targets.size(); ++g) {
      groups.push_back({targets[g], {actions[g].begin(), actions[g].end()}});
    }
    return groups;
  }
  std::vector<SymbolGroup> symbols(const SimilarityOptions& options) const {
    std::vector<SymbolGroup> groups;
    for (std::size_t g = 0; g < targets.size(); ++g) {
      const TextSymbols texts_of(targets[g], options);
      groups.push_back({texts_of.target(), {}});
      for (const std::string& action : actions[g]) {
        groups.back().actions.push_back(texts_of.action(action));
      }
    }
    return groups;
  }
  std::vector<double> one_by_one(const SimilarityOptions& options) const {
    std::vector<double> ratios;
    for (std::size_t g = 0; g < targets.size(); ++g) {
      for (const std::string& action : actions[g]) {
        ratios.push_back(similarity(action, targets[g], options));
      }
    }
    return ratios;
  }
};

std::vector<SimilarityOptions> all_options() {
  std::vector<SimilarityOptions> all;
  for (const SimilarityUnit unit : {SimilarityUnit::character, SimilarityUnit::word}) {
    for (const SimilarityOrder order : {SimilarityOrder::action_first, SimilarityOrder::expert_first}) {
      for (const bool autojunk : {false, true}) {
        all.push_back({unit, autojunk, order,
                       unit == SimilarityUnit::character && autojunk ? Strip::none : Strip::outer});
      }
    }
  }
  return all;
}

TEST(BatchSimilarity, OnTheCpuEqualsPairByPair) {
  const Batch batch(40);
  ThreadPool pool(2);
  for (const SimilarityOptions& options : all_options()) {
    EXPECT_EQ(batch_similarity(batch.texts(), options, pool).ratios, batch.one_by_one(options));
  }
}

TEST(BatchSimilarity, InPartsThroughLanesEqualsPairByPair) {
  const Batch batch(40);
  ThreadPool pool(2);
  for (const SimilarityOptions& options : all_options()) {
    for (const std::size_t bytes : {std::size_t{3000}, std::size_t{20000}, std::size_t{64} << 20}) {
      std::size_t largest = 0;
      const auto match = [&](const CodedBatch& part) {
        largest = std::max(largest, part.bytes());
        return testing::matched_on_host_lanes(part, 32);
      };
      const BatchSimilarity result = similarity_in_parts(batch.symbols(options), options, pool, match, bytes);
      EXPECT_EQ(result.ratios, batch.one_by_one(options));
      EXPECT_LE(largest, bytes);
      EXPECT_GT(result.pairs_on_gpu, 0);
    }
  }
}

TEST(BatchSimilarity, WhatLanesCannotTakeTheCpuDoes) {
  ThreadPool pool(2);
  const SimilarityOptions options;
  const std::string huge(3'000'000, 'a'), chain_a = [] {
    std::string s;
    for (int k = 0; k < 3000; ++k) { s += k % 2 == 0 ? "日" : "a"; }
    return s;
  }();
  const std::vector<TextGroup> groups = {{"x", {"xy", huge, "", "x"}}, {"", {"", "a"}}, {chain_a, {chain_a}}};
  std::vector<SymbolGroup> symbols;
  for (const TextGroup& group : groups) {
    const TextSymbols texts(group.target, options);
    symbols.push_back({texts.target(), {}});
    for (const std::string_view action : group.actions) {
      symbols.back().actions.push_back(texts.action(action));
    }
  }
  const auto give_up = [](const CodedBatch& part) {
    return std::vector<std::int64_t>(part.size(), pair_given_up);
  };
  const std::vector<double> expected = batch_similarity(groups, options, pool).ratios;
  const BatchSimilarity none = similarity_in_parts(symbols, options, pool, give_up, 1 << 20);
  EXPECT_EQ(none.ratios, expected);
  EXPECT_EQ(none.pairs_on_gpu, 0);
  const BatchSimilarity most = similarity_in_parts(
      symbols, options, pool, [](const CodedBatch& part) { return testing::matched_on_host_lanes(part, 32); },
      1 << 20);
  EXPECT_EQ(most.ratios, expected);
  EXPECT_EQ(most.pairs_on_gpu, 6);  // all except the huge pair
  EXPECT_EQ(similarity_in_parts({}, options, pool, give_up, 1 << 20).ratios, std::vector<double>{});
}

TEST(BatchSimilarity, TokenIds) {
  ThreadPool pool(1);
  SimilarityOptions options;
  options.unit = reward::SimilarityUnit::token;
  const std::vector<std::int32_t> target = {5, 70000, 9}, close = {70000, 9, 5}, far = {1};
  const std::vector<IdGroup> groups = {{target, {close, far, target}}};
  EXPECT_EQ(batch_similarity(groups, options, pool).ratios, (std::vector<double>{2.0 * 2 / 6, 0.0, 1.0}));
}

}  // namespace
}  // namespace srl::reward
