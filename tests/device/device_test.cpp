#include "device/device.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "base/error.hpp"

namespace srl::device {
namespace {

using Buses = std::vector<std::vector<std::string>>;

TEST(Device, TheCpuIsAlwaysThere) {
  EXPECT_EQ(choose({.device = device::DeviceChoice::cpu}, 3, Buses(4)).name(), "cpu");
  EXPECT_EQ(choose({.device = device::DeviceChoice::automatic}, 0, Buses(2)).name(),
            "cpu");  // no GPU is visible
}

TEST(Device, CudaIsRefusedWhereThereIsNone) {
  EXPECT_THROW(choose({.device = device::DeviceChoice::cuda}, 0, Buses(1)), BadOption);
}

TEST(Device, RanksThatSeeAllCardsTakeTheirOwnByLocalRank) {
  const Buses all(3, {"0000:01", "0000:02", "0000:03"});
  for (int r = 0; r < 3; ++r) { EXPECT_EQ(choose({}, r, all).name(), "cuda:" + std::to_string(r)); }
}

TEST(Device, ARankThatIsShownOneCardTakesIt) {
  const Buses own{
      {"0000:01"}, {"0000:02"}, {"0000:03"}};  // as with --gpus-per-task=1: every rank's index is 0
  for (int r = 0; r < 3; ++r) { EXPECT_EQ(choose({}, r, own).name(), "cuda:0"); }
}

TEST(Device, NoCardIsGivenTwiceWhateverEachRankSees) {
  // Only one assignment works: cards 2, 1, 3.
  const Buses mixed{{"0000:01", "0000:02"}, {"0000:01"}, {"0000:02", "0000:03"}};
  EXPECT_EQ(choose({}, 0, mixed).index, 1);
  EXPECT_EQ(choose({}, 1, mixed).index, 0);
  EXPECT_EQ(choose({}, 2, mixed).index, 1);
}

TEST(Device, MoreRanksThanCardsIsAnErrorThatSaysSo) {
  const auto refused = [](const Buses& buses) -> std::string {
    try {
      choose({}, 0, buses);
    } catch (const BadOption& error) { return error.what(); }
    return "accepted";
  };
  EXPECT_THAT(refused(Buses(3, {"0000:01", "0000:02"})),
              testing::HasSubstr("3 ranks on a node with 2 visible GPUs"));
  EXPECT_THAT(refused({{"0000:01"}, {"0000:01"}}),
              testing::HasSubstr("2 ranks on a node with 1 visible GPUs"));
  EXPECT_THAT(refused({{"0000:01"}, {}}), testing::HasSubstr("local rank 1 sees 0"));
}

TEST(Device, PeakMemoryGrowsWithWhatIsTouched) {
  const MemoryFigures before = process_memory();
  EXPECT_GT(before.resident, 0u);
  std::vector<char> block(200u << 20, 1);
  EXPECT_GE(process_memory().peak, before.resident + block.size() / 2);
}

}  // namespace
}  // namespace srl::device
