// The warps of a GPU, real or emulated, agree with the CPU's searches and with the results of CPython.
// Skipped where no GPU is visible.
#include <gmock/gmock.h>

#include <random>

#include "base/error.hpp"
#include "device/memory.hpp"
#include "reward/batch/batch_parts.hpp"
#include "reward/host_lanes.hpp"
#include "reward/on_a_gpu.hpp"
#include "reward/random_groups.hpp"
#include "reward/vectors.hpp"

namespace srl::reward::testing {
namespace {

TEST_F(OnAGpu, RandomPairsGiveWhatTheCpuGives) {
  const std::vector<SymbolGroup> groups = random_groups(few_or_many(100, 500, 25000), 41);
  ThreadPool pool(2);
  for (const bool autojunk : {false, true}) {
    for (const SimilarityOrder order : {SimilarityOrder::action_first, SimilarityOrder::expert_first}) {
      const SimilarityOptions options{SimilarityUnit::character, autojunk, order, Strip::none};
      const auto match = [&](const CodedBatch& part) { return matched_on_gpu(part, stream(), workspace()); };
      const BatchSimilarity result = similarity_in_parts(groups, options, pool, match, workspace().size());
      EXPECT_EQ(result.pairs_on_gpu, std::ssize(groups) * 8);
      EXPECT_EQ(result.ratios, ratios_one_by_one(groups, options));
    }
  }
}

TEST_F(OnAGpu, TextsAndTokenIds) {
  ThreadPool pool(1);
  const GpuPlace place{stream(), workspace()};
  const std::vector<TextGroup> texts = {{"diet", {"tide", "", "diet"}}, {"", {"x"}}};
  const BatchSimilarity of_texts = batch_similarity(texts, {}, pool, &place);
  EXPECT_EQ(of_texts.ratios, batch_similarity(texts, {}, pool).ratios);
  EXPECT_EQ(of_texts.ratios[0], 0.25);
  SimilarityOptions options;
  options.unit = SimilarityUnit::token;
  const std::vector<std::int32_t> target = {5, 70000, 9}, close = {70000, 9, 5}, far = {1};
  const std::vector<IdGroup> ids = {{target, {close, far, target}}};
  EXPECT_EQ(batch_similarity(ids, options, pool, &place).ratios,
            (std::vector<double>{2.0 * 2 / 6, 0.0, 1.0}));
}

TEST_F(OnAGpu, ASmallWorkspaceGivesTheSameInManyParts) {
  const std::vector<SymbolGroup> groups = random_groups(30, 5);
  ThreadPool pool(2);
  std::int64_t parts = 0;
  const auto match = [&](const CodedBatch& part) {
    ++parts;
    return matched_on_gpu(part, stream(), workspace().first(8 << 10));
  };
  const BatchSimilarity result = similarity_in_parts(groups, {}, pool, match, 8 << 10);
  EXPECT_EQ(result.ratios, ratios_one_by_one(groups, {}));
  EXPECT_GE(parts, 5);
  CodedBatch large;
  large.add(Symbols(5000, 97), std::vector<Symbols>{Symbols(5000, 98)}, false, false);
  EXPECT_THROW(matched_on_gpu(large, stream(), workspace().first(8 << 10)), Bug);
}

TEST_F(OnAGpu, CPythonsVectors) {
  std::vector<Vector> vectors = sequence_matcher_vectors();
  if (vectors.empty()) { GTEST_SKIP() << "no sequence_matcher.jsonl (set SRL_SHARED_DATA)"; }
  vectors.resize(std::min(vectors.size(), few_or_many(50, vectors.size(), vectors.size())));
  CodedBatch batch;
  for (const Vector& vector : vectors) {
    batch.add(vector.b, std::vector<Symbols>{vector.a}, false, false);
    batch.add(vector.b, std::vector<Symbols>{vector.a}, false, true);
  }
  const device::Buffer room(stream(), (batch.bytes() + 7) / 8 * 8);
  const std::vector<std::int64_t> matched = matched_on_gpu(batch, stream(), room.bytes());
  EXPECT_EQ(matched, matched_on_host_lanes(batch, 32));
  for (std::size_t k = 0; k < matched.size(); ++k) {
    const Vector& vector = vectors[k / 2];
    EXPECT_TRUE(matched[k] == pair_given_up ||
                matched[k] == (k % 2 == 0 ? vector.matched : vector.matched_autojunk))
        << vector.id;
  }
}

}  // namespace
}  // namespace srl::reward::testing
