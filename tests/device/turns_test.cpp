#include "device/turns.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/error.hpp"

namespace srl::device {
namespace {

class TurnsTest : public testing::Test {
 protected:
  TurnsTest() : stream_(Device{}), memory_(Device{}, 4096, "test"), turns_(memory_, "turns", 2048, stream_) {}
  Stream stream_;
  Arena memory_;
  Turns turns_;
};

TEST_F(TurnsTest, UsersOfATurnHaveTheirPiecesTogetherAndOthersTheSameMemory) {
  std::array<Span<int>, 3> pieces;
  std::array<int, 3> taken{};
  const std::array<int, 3> turn_of{0, 0, 1};
  for (std::size_t user = 0; user < 3; ++user) {
    Turn(turns_, turn_of[user]).add([&, user](Arena& arena) {
      pieces[user] = arena.take<int>("piece", user == 2 ? 512 : 256);
      ++taken[user];
    });
  }
  EXPECT_EQ(taken, (std::array<int, 3>{0, 0, 0}));
  Turn(turns_, 0).enter();
  EXPECT_EQ(taken, (std::array<int, 3>{1, 1, 0}));
  EXPECT_GE(pieces[1].data(), pieces[0].data() + 256);
  Turn(turns_, 0).enter();  // it has begun already
  EXPECT_EQ(taken, (std::array<int, 3>{1, 1, 0}));
  Turn(turns_, 1).enter();
  EXPECT_EQ(pieces[2].data(), pieces[0].data());
  Turn(turns_, 0).enter();
  EXPECT_EQ(taken, (std::array<int, 3>{2, 2, 1}));
}

TEST_F(TurnsTest, APieceThatDoesNotFitIsRefusedAndNobodyJoinsARunningTurn) {
  Turn(turns_, 0).add([](Arena& arena) { arena.take<std::byte>("too large", 2049); });
  EXPECT_THROW(turns_.enter(0), EnvironmentError);
  EXPECT_THROW(Turn(turns_, 0).add([](Arena&) {}), Bug);
}

TEST_F(TurnsTest, WithAnArenaOfItsOwnAUserHasItsPiecesForEver) {
  Span<int> piece;
  const Turn turn(memory_);
  turn.add([&](Arena& arena) { piece = arena.take<int>("piece", 16); });
  EXPECT_EQ(piece.size(), 16u);
  turn.enter();
}

}  // namespace
}  // namespace srl::device
