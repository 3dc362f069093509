// The warps of a real GPU agree with the CPU's searches and with the results of CPython. Skipped without a
// GPU.
#include <gmock/gmock.h>

#include <random>

#include "base/error.hpp"
#include "device/device.hpp"
#include "reward/batch/batch_parts.hpp"
#include "reward/host_lanes.hpp"
#include "reward/vectors.hpp"

namespace srl::reward {
namespace {

class OnTheGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
  }
};

TEST_F(OnTheGpu, RandomPairsGiveWhatTheCpuGives) {
  std::mt19937 random(41);
  const auto symbols = [&](std::size_t length, std::uint32_t letters) {
    Symbols text(length);
    for (std::uint32_t& symbol : text) { symbol = 97 + random() % letters; }
    return text;
  };
  ThreadPool pool(2);
  std::vector<SymbolGroup> groups;
  for (int g = 0; g < 25000; ++g) {  // with eight actions each: 200,000 pairs
    const std::size_t longest = g % 50 == 0 ? 600 : 60;
    const std::uint32_t letters = 1 + random() % 5;
    groups.push_back({symbols(random() % longest, letters), {}});
    for (int k = 0; k < 8; ++k) { groups.back().actions.push_back(symbols(random() % longest, letters)); }
  }
  for (const bool autojunk : {false, true}) {
    for (const char* order : {"action_first", "expert_first"}) {
      const SimilarityOptions options{"char", autojunk, order, "none"};
      const auto on_gpu = [](const CodedBatch& part) { return matched_on_gpu(part, 0); };
      const BatchSimilarity result = similarity_in_parts(groups, options, pool, on_gpu, std::size_t{8} << 20);
      EXPECT_EQ(result.pairs_on_gpu, 200000);
      std::size_t at = 0;
      for (const SymbolGroup& group : groups) {
        for (const Symbols& action : group.actions) {
          const bool first = options.order == "action_first";
          const std::int64_t matched = first ? matched_elements(action, group.target, autojunk)
                                             : matched_elements(group.target, action, autojunk);
          ASSERT_EQ(result.ratios[at++],
                    ratio(matched, static_cast<std::int64_t>(action.size() + group.target.size())));
        }
      }
    }
  }
}

TEST_F(OnTheGpu, CPythonsVectors) {
  const std::vector<testing::Vector> vectors = testing::sequence_matcher_vectors();
  if (vectors.empty()) { GTEST_SKIP() << "no sequence_matcher.jsonl (set SRL_SHARED_DATA)"; }
  CodedBatch batch;
  for (const testing::Vector& vector : vectors) {
    batch.add(vector.b, std::vector<Symbols>{vector.a}, false, false);
    batch.add(vector.b, std::vector<Symbols>{vector.a}, false, true);
  }
  const std::vector<std::int64_t> matched = matched_on_gpu(batch, 0);
  EXPECT_EQ(matched, testing::matched_on_host_lanes(batch, 32));
  for (std::size_t k = 0; k < matched.size(); ++k) {
    const testing::Vector& vector = vectors[k / 2];
    EXPECT_TRUE(matched[k] == pair_given_up ||
                matched[k] == (k % 2 == 0 ? vector.matched : vector.matched_autojunk))
        << vector.id;
  }
}

TEST_F(OnTheGpu, AnUnknownGpuIsAClearError) {
  CodedBatch batch;
  batch.add(Symbols{1}, std::vector<Symbols>{{1}}, false, false);
  EXPECT_THROW(matched_on_gpu(batch, 1000), EnvironmentError);
}

}  // namespace
}  // namespace srl::reward
