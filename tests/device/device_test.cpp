#include "device/device.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "base/error.hpp"

namespace srl::device {
namespace {

TEST(Devices, TheCpuIsAlwaysThere) {
  EXPECT_EQ(choose({.device = DeviceChoice::cpu}, 3, Buses(4)).name(), "cpu");
  EXPECT_EQ(choose({.device = DeviceChoice::automatic}, 0, Buses(2)).name(), "cpu");  // no GPU is seen
}

TEST(Devices, CudaIsRefusedWhereThereIsNone) {
  EXPECT_THROW(choose({.device = DeviceChoice::cuda}, 0, Buses(1)), BadOption);
}

TEST(Devices, AutoTakesRealGpusOnly) {
  const Buses buses(1, {"0000:01"});
  EXPECT_EQ(choose({.device = DeviceChoice::automatic}, 0, buses).kind,
            back_end_name() == "cuda" ? Kind::cuda : Kind::cpu);
  if (back_end_name() == "none") { return; }
  EXPECT_EQ(choose({.device = DeviceChoice::cuda}, 0, buses).kind, Kind::cuda);
}

TEST(Devices, TheNameSaysWhatItIs) {
  EXPECT_EQ((Device{Kind::cuda, 3}.name()), std::string(back_end_name()) + ":3");
  for (const Gpu& gpu : visible_gpus()) {
    EXPECT_EQ(gpu.model == "emulated GPU", back_end_name() == "emulated") << gpu.model;
  }
}

TEST(Devices, RanksThatSeeAllCardsTakeTheirOwnByLocalRank) {
  EXPECT_EQ(share_out(Buses(3, {"0000:01", "0000:02", "0000:03"})), (std::vector{0, 1, 2}));
}

TEST(Devices, ARankThatIsShownOneCardTakesIt) {
  // As --gpus-per-task=1 does: the index of each rank is 0.
  EXPECT_EQ(share_out({{"0000:01"}, {"0000:02"}, {"0000:03"}}), (std::vector{0, 0, 0}));
}

TEST(Devices, NoCardIsGivenTwiceWhateverEachRankSees) {
  // Only 2, 1, 3 works.
  EXPECT_EQ(share_out({{"0000:01", "0000:02"}, {"0000:01"}, {"0000:02", "0000:03"}}), (std::vector{1, 0, 1}));
}

TEST(Devices, MoreRanksThanCardsIsAnErrorThatSaysSo) {
  const auto refused = [](const Buses& buses) -> std::string {
    try {
      share_out(buses);
    } catch (const BadOption& error) { return error.what(); }
    return "accepted";
  };
  EXPECT_THAT(refused(Buses(3, {"0000:01", "0000:02"})),
              testing::HasSubstr("3 ranks on a node with 2 visible GPUs"));
  EXPECT_THAT(refused({{"0000:01"}, {"0000:01"}}),
              testing::HasSubstr("2 ranks on a node with 1 visible GPUs"));
  EXPECT_THAT(refused({{"0000:01"}, {}}), testing::HasSubstr("local rank 1 sees 0"));
}

TEST(Devices, PeakMemoryGrowsWithWhatIsTouched) {
  const MemoryFigures before = process_memory();
  EXPECT_GT(before.resident, 0u);
  std::vector<char> block(200u << 20, 1);
  EXPECT_GE(process_memory().peak, before.resident + block.size() / 2);
}

}  // namespace
}  // namespace srl::device
