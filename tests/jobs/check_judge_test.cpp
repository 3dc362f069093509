// srl_check's judgements on fake machines: it names the rank or node at fault.
#include <gmock/gmock.h>

#include "jobs/check/judge.hpp"

namespace srl::check {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Hosts two_nodes{"node1", "node1", "node2", "node2"};

TEST(JudgeRanks, CountsThemByNode) {
  EXPECT_EQ(judge_ranks(two_nodes).found, "4 ranks on 2 nodes: node1 (2), node2 (2)");
  EXPECT_EQ(judge_ranks({"a"}).found, "1 rank on 1 node: a (1)");
  EXPECT_EQ(judge_ranks({"a", "a", "b"}).result, Result::warning);
}

TEST(JudgeMemory, NamesWhoHasTooLittle) {
  constexpr double gigabyte = 1 << 30;
  const std::vector<std::string> slurm(4, "Slurm's limit");
  const Row fits = judge_memory(two_nodes, std::vector<double>(4, 8 * gigabyte), slurm, 2 * gigabyte);
  EXPECT_EQ(fits.result, Result::ok);
  EXPECT_THAT(fits.found, HasSubstr("(Slurm's limit)"));
  EXPECT_EQ(judge_memory(two_nodes, std::vector<double>(4, gigabyte), slurm, 0).result, Result::ok);
  const Row tight = judge_memory(two_nodes, std::vector<double>(4, 2.5 * gigabyte), slurm, 2 * gigabyte);
  EXPECT_EQ(tight.result, Result::warning);
  const Row less = judge_memory(two_nodes, {4e9, 4e9, 1e9, 1e9}, slurm, 2 * gigabyte);
  EXPECT_EQ(less.result, Result::failed);
  EXPECT_THAT(less.bad_ranks, ElementsAre(2, 3));
  EXPECT_THAT(less.found, AllOf(HasSubstr("too little on ranks 2-3 (node2)"), HasSubstr("--mem")));
}

TEST(JudgeThreads, OwnAndSharedCoresAreFine) {
  const Row own = judge_threads({"a", "a"}, {"1100", "0011"}, {2, 2});
  EXPECT_EQ(own.result, Result::ok);
  EXPECT_EQ(own.found, "2 threads per rank, 2 cores");
  const Row shared = judge_threads({"a", "a"}, {"1111", "1111"}, {2, 2});
  EXPECT_EQ(shared.result, Result::ok);
  EXPECT_EQ(shared.found, "2 threads per rank, 4 cores shared by 2 ranks");
  EXPECT_EQ(judge_threads(two_nodes, {"11", "11", "11", "11"}, {1, 1, 1, 1}).result,
            Result::ok);  // another node has other cores
}

TEST(JudgeThreads, CrowdedAndOverlappingCoresAreWarnedOf) {
  EXPECT_THAT(judge_threads({"a", "a"}, {"11", "11"}, {2, 2}).found,
              HasSubstr("more threads than cores on all ranks"));
  EXPECT_THAT(judge_threads({"a", "b"}, {"11", "11"}, {2, 3}).found,
              HasSubstr("more threads than cores on rank 1 (b)"));
  EXPECT_EQ(judge_threads({"a", "a", "a"}, {"11", "11", "11"}, {1, 1, 1}).result,
            Result::warning);  // three ranks on two cores
  const Row overlap = judge_threads({"a", "a"}, {"1110", "0111"}, {1, 1});
  EXPECT_EQ(overlap.result, Result::warning);
  EXPECT_THAT(overlap.found, HasSubstr("cores overlap on all ranks"));
  EXPECT_THAT(judge_threads({"a"}, {""}, {1}).found, HasSubstr("cores unknown on rank 0"));
}

TEST(JudgeGpus, TroubleIsToBlameOnlyWhereGpusWereAskedFor) {
  const std::vector<std::string> fine(4), one_card{"", "", "", "too few"}, cards{"H100", "H100", "H100", ""};
  EXPECT_EQ(judge_gpus(two_nodes, fine, fine, true).found, "none used");
  EXPECT_EQ(judge_gpus(two_nodes, fine, std::vector<std::string>(4, "H100"), false).found, "one each: H100");
  const Row asked = judge_gpus(two_nodes, one_card, cards, false);
  EXPECT_EQ(asked.result, Result::failed);
  EXPECT_THAT(asked.bad_ranks, ElementsAre(3));
  EXPECT_EQ(asked.found, "one each: H100 on ranks 0-2 (node1, node2); too few on rank 3 (node2)");
  const Row found = judge_gpus(two_nodes, one_card, cards, true);
  EXPECT_EQ(found.result, Result::warning);
  EXPECT_THAT(found.bad_ranks, IsEmpty());
}

TEST(JudgeClocks, BlamesWhoeverIsFarFromMost) {
  EXPECT_EQ(judge_clocks(two_nodes, {0, 0.001, -0.002, 0.003}, 5).result, Result::ok);
  const Row one = judge_clocks(two_nodes, {0, 0.001, 61, 61},
                               5);  // two ranks on each side: the median chooses one side
  EXPECT_EQ(one.result, Result::failed);
  const Row root = judge_clocks({"a", "b", "c"}, {0, 61, 61.5}, 5);  // rank 0 itself is wrong
  EXPECT_THAT(root.bad_ranks, ElementsAre(0));
  EXPECT_THAT(root.found, HasSubstr("rank 0 (a) off by more than 5.0 s"));
}

TEST(JudgeVersions, BlamesTheMinority) {
  const std::map<std::string, std::string> usual{{"srl", "v1"}, {"HDF5", "1.10.8"}};
  const Row equal = judge_versions({"a", "b"}, {usual, usual});
  EXPECT_EQ(equal.result, Result::ok);
  EXPECT_EQ(equal.found, "HDF5 1.10.8, srl v1");
  const Row other = judge_versions({"a", "b", "c"}, {{{"srl", "v0"}, {"HDF5", "1.10.8"}}, usual, usual});
  EXPECT_EQ(other.result, Result::failed);
  EXPECT_THAT(other.bad_ranks, ElementsAre(0));
  EXPECT_THAT(other.found, HasSubstr("srl is v0 on rank 0 (a), v1 elsewhere"));
  EXPECT_THAT(judge_versions({"a", "b", "c"}, {usual, usual, {{"srl", "v1"}}}).found,
              HasSubstr("HDF5 is none on rank 2 (c)"));
}

TEST(SlowRanks, AreFarBelowTheMedianAndMeasured) {
  EXPECT_THAT(slow_ranks({100, 90, 110, 15}), ElementsAre(3));
  EXPECT_THAT(slow_ranks({100, 90, 110, 25}), IsEmpty());
  EXPECT_THAT(slow_ranks({0, 100, 100}), IsEmpty());
  EXPECT_THAT(slow_ranks({}), IsEmpty());
}

TEST(DamagedPairs, BlameTheRankThatIsInMostOfThem) {
  EXPECT_THAT(blamed_for_pairs({{}, {}, {}}), IsEmpty());
  EXPECT_THAT(blamed_for_pairs({{2}, {2}, {0, 1}, {2}}), ElementsAre(2));  // all pairs with rank 2
  EXPECT_THAT(blamed_for_pairs({{1}, {}}), ElementsAre(0, 1));  // it cannot be known which of the two
}

TEST(RateRange, SaysBothEndsOrOne) {
  EXPECT_EQ(rate_range({350.2, 410.4}), "350-410 MB/s");
  EXPECT_EQ(rate_range({350.2, 0}), "350 MB/s");
  EXPECT_EQ(rate_range({12000}), "12.0 GB/s");
  EXPECT_EQ(rate_range({0}), "not measured");
}

}  // namespace
}  // namespace srl::check
