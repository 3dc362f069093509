// Collectives on 1 to 4 ranks. The values are integers, so that results can be compared exactly.
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/pending.hpp"
#include "support/mpi_main.hpp"

namespace srl::comm {
namespace {

class Collectives : public testing::Test {
 protected:
  Communicator world_ = test_world();
  int rank_ = world_.rank(), size_ = world_.size();
  /// Uneven partitions: rank r owns 3r + 1 elements.
  std::vector<std::size_t> offsets() const {
    std::vector<std::size_t> result{0};
    for (int r = 0; r < size_; ++r) { result.push_back(result.back() + 3 * static_cast<std::size_t>(r) + 1); }
    return result;
  }
};

TEST_F(Collectives, AllReduceSumsMinimaAndMaxima) {
  std::vector<float> values(1001);
  std::iota(values.begin(), values.end(), static_cast<float>(rank_));
  world_.all_reduce(std::span(values), Reduce::sum);
  const int rank_sum = size_ * (size_ - 1) / 2;
  for (int i = 0; i < 1001; ++i) { ASSERT_EQ(values[i], static_cast<float>(i * size_ + rank_sum)); }
  EXPECT_EQ(world_.all_reduce(std::int64_t{rank_}, Reduce::max), size_ - 1);
  EXPECT_EQ(world_.all_reduce(static_cast<double>(rank_), Reduce::min), 0.0);
}

TEST_F(Collectives, ReduceScatterThenAllGatherEqualsAllReduce) {
  const auto parts = offsets();
  std::vector<double> values(parts.back());
  for (std::size_t i = 0; i < values.size(); ++i) { values[i] = static_cast<double>(i) * (rank_ + 1); }
  const std::size_t me = static_cast<std::size_t>(rank_);
  std::vector<double> mine(parts[me + 1] - parts[me]);
  world_.reduce_scatter(std::span<const double>(values), parts, std::span(mine));
  std::vector<double> all(parts.back(), -1);
  std::copy(mine.begin(), mine.end(), all.begin() + static_cast<std::ptrdiff_t>(parts[me]));
  world_.all_gather(std::span(all), parts);
  world_.all_reduce(std::span(values), Reduce::sum);
  EXPECT_EQ(all, values);
}

TEST_F(Collectives, PartitionsThatDoNotFitAreBugs) {
  std::vector<float> values(4), mine(4);
  const std::vector<std::size_t> wrong(static_cast<std::size_t>(size_) + 2, 0);
  EXPECT_THROW(world_.reduce_scatter(std::span<const float>(values), wrong, std::span(mine)), Bug);
}

TEST_F(Collectives, BlobsOfAnyLengthArriveInRankOrder) {
  const std::string mine(static_cast<std::size_t>(rank_) * 100000, static_cast<char>('a' + rank_));
  const auto all = world_.all_gather(mine);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(size_));
  for (int r = 0; r < size_; ++r) {
    EXPECT_EQ(all[r], std::string(static_cast<std::size_t>(r) * 100000, static_cast<char>('a' + r)));
  }
  const auto gathered = world_.gather(mine, size_ - 1);
  EXPECT_EQ(gathered.size(), rank_ == size_ - 1 ? static_cast<std::size_t>(size_) : 0u);
  if (rank_ == size_ - 1) { EXPECT_EQ(gathered, all); }
}

TEST_F(Collectives, AllToAllDeliversEveryBlob) {
  std::vector<std::string> blobs;
  for (int r = 0; r < size_; ++r) {
    blobs.push_back(std::to_string(rank_) + ">" + std::to_string(r) +
                    std::string(static_cast<std::size_t>(r), 'x'));
  }
  const auto received = world_.all_to_all(blobs);
  for (int r = 0; r < size_; ++r) {
    EXPECT_EQ(received[r], std::to_string(r) + ">" + std::to_string(rank_) +
                               std::string(static_cast<std::size_t>(rank_), 'x'));
  }
}

TEST_F(Collectives, BroadcastBringsTextOfAnyLength) {
  EXPECT_EQ(world_.broadcast(rank_ == size_ - 1 ? std::string(300001, 'q') : "other", size_ - 1),
            std::string(300001, 'q'));
  EXPECT_EQ(world_.broadcast(std::string(), 0), "");
}

/// All of the above through a communicator whose pieces are 7 elements long. Buffers above 2^31 elements are
/// sent in pieces too.
TEST_F(Collectives, BuffersLongerThanOneCallGoInPieces) {
  const Communicator pieces = world_.duplicate();
  pieces.implementation().longest_piece = 7;
  std::vector<float> values(100), whole(100);
  std::iota(values.begin(), values.end(), static_cast<float>(rank_));
  whole = values;
  pieces.all_reduce(std::span(values), Reduce::sum);
  world_.all_reduce(std::span(whole), Reduce::sum);
  EXPECT_EQ(values, whole);

  std::vector<float> started(100, static_cast<float>(rank_ + 1));
  start_reduce(pieces, std::span(started), size_ - 1).wait();
  EXPECT_EQ(started, std::vector<float>(
                         100, static_cast<float>(rank_ == size_ - 1 ? size_ * (size_ + 1) / 2 : rank_ + 1)));

  std::vector<std::size_t> parts{0};
  for (int r = 0; r < size_; ++r) { parts.push_back(parts.back() + 20 + 3 * static_cast<std::size_t>(r)); }
  const std::size_t me = static_cast<std::size_t>(rank_);
  std::vector<double> input(parts.back()), mine(parts[me + 1] - parts[me]), expected(mine.size());
  for (std::size_t i = 0; i < input.size(); ++i) { input[i] = static_cast<double>(i) * (rank_ + 1); }
  pieces.reduce_scatter(std::span<const double>(input), parts, std::span(mine));
  world_.reduce_scatter(std::span<const double>(input), parts, std::span(expected));
  EXPECT_EQ(mine, expected);
  std::vector<double> all(parts.back(), -1), all_expected = all;
  std::copy(mine.begin(), mine.end(), all.begin() + static_cast<std::ptrdiff_t>(parts[me]));
  all_expected = all;
  pieces.all_gather(std::span(all), parts);
  world_.all_gather(std::span(all_expected), parts);
  EXPECT_EQ(all, all_expected);

  const std::string text(static_cast<std::size_t>(50 + rank_), static_cast<char>('a' + rank_));
  EXPECT_EQ(pieces.all_gather(text), world_.all_gather(text));
  EXPECT_EQ(pieces.broadcast(text, size_ - 1),
            std::string(static_cast<std::size_t>(50 + size_ - 1), static_cast<char>('a' + size_ - 1)));
  const std::vector<std::string> blobs(static_cast<std::size_t>(size_), text);
  EXPECT_EQ(pieces.all_to_all(blobs), world_.all_to_all(blobs));
}

TEST_F(Collectives, SplitAndDuplicateAreCommunicatorsOfTheirOwn) {
  const Communicator odd = world_.split(rank_ % 2, rank_);
  EXPECT_EQ(odd.size(), rank_ % 2 == 0 ? (size_ + 1) / 2 : size_ / 2);
  EXPECT_EQ(world_.duplicate().rank(), rank_);
  EXPECT_EQ(world_.ranks_on_this_node().size(), size_);
}

}  // namespace
}  // namespace srl::comm
