// Lists of figures are combined over 1, 2 and 3 ranks, added over parts, and printed.
#include "job/figures.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/mpi_main.hpp"

namespace srl::job {
namespace {

struct Inner {
  std::int64_t done = 0;
  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.total("done", f.done);
  }
};

struct Figures {
  std::int64_t tokens = 0, clipped = 0, peak = 0, asked = 0, right = 0;
  double loss = 0, entropy = 0, unknown = 0;
  Inner inner = {};

  template <class Self, class List>
  static void each(Self& f, List& list) {
    list.averaged("loss", f.loss);
    list.mean("entropy", f.entropy, f.tokens);
    list.mean("clip_fraction", f.clipped, f.tokens);
    list.mean("control", f.unknown, f.tokens, null_unless(f.asked > 0));
    list.mean("right", f.right, f.asked, absent_unless(f.asked > 0));
    list.total("asked", f.asked, absent_unless(f.asked > 0));
    list.largest("peak", f.peak);
    list.same("name", std::string("x"));
    list.object("inner", [&](auto& inside) { inside.combined(f.inner); });
    list.hidden(f.tokens);
  }
};

TEST(Figures, AreCombinedOverRanksByTheirOwnRule) {
  const comm::Communicator world = test_world();
  const std::int64_t rank = world.rank(), ranks = world.size(), sum = ranks * (ranks + 1) / 2;
  Figures f{.tokens = rank + 1, .clipped = 2 * (rank + 1), .peak = 10 * rank, .loss = 0.5, .entropy = 0.25};
  f.inner.done = rank;
  // Only the last rank has these figures. What a rank sends must not depend on what it prints.
  if (rank + 1 == ranks) { f.asked = 4, f.right = 3; }
  combine_over_ranks(f, world);
  EXPECT_EQ(f.tokens, sum);
  EXPECT_EQ(f.clipped, 2 * sum);
  EXPECT_EQ(f.peak, 10 * (ranks - 1));
  EXPECT_EQ(f.asked, 4);
  EXPECT_EQ(f.right, 3);
  EXPECT_EQ(f.loss, 0.5 * static_cast<double>(ranks));
  EXPECT_EQ(f.entropy, 0.25 * static_cast<double>(ranks));
  EXPECT_EQ(f.inner.done, rank);  // this list is combined elsewhere
}

TEST(Figures, OfPartsAreAddedAndTheLossIsTheirMean) {
  Figures sum;
  add_part(sum, Figures{.tokens = 2, .clipped = 1, .peak = 7, .loss = 1, .entropy = 3}, 2);
  add_part(sum, Figures{.tokens = 4, .clipped = 0, .peak = 5, .loss = 2, .entropy = 4}, 2);
  EXPECT_EQ(sum.tokens, 6);
  EXPECT_EQ(sum.clipped, 1);
  EXPECT_EQ(sum.peak, 7);
  EXPECT_EQ(sum.loss, 1.5);
  EXPECT_EQ(sum.entropy, 7);
}

TEST(Figures, ArePrintedInTheOrderOfTheList) {
  Figures f{.tokens = 4, .clipped = 1, .peak = 9, .loss = 0.5, .entropy = 2, .unknown = 3};
  f.inner.done = 2;
  EXPECT_EQ(figures_json(f).dump(),
            R"({"loss":0.5,"entropy":0.5,"clip_fraction":0.25,"control":null,"peak":9,"name":"x",)"
            R"("inner":{"done":2}})");
  f.asked = 2, f.right = 1;
  f.loss = std::numeric_limits<double>::quiet_NaN();
  f.tokens = 0;
  EXPECT_EQ(figures_json(f).dump(),
            R"({"loss":null,"entropy":0.0,"clip_fraction":0.0,"control":0.0,"right":0.5,"asked":2,"peak":9,)"
            R"("name":"x","inner":{"done":2}})");
}

}  // namespace
}  // namespace srl::job
