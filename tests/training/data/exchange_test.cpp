// Exchange of rollouts between 1 to 4 ranks: every rank gets the headers of all groups, and only the payloads
// that are for it. Everything arrives unchanged, bit for bit. Blobs that are truncated, foreign or of another
// batch are refused.
#include "training/data/exchange.hpp"

#include <gmock/gmock.h>

#include <bit>

#include "base/error.hpp"
#include "support/mpi_main.hpp"
#include "support/rollout_batches.hpp"
#include "training/data/packing.hpp"

namespace srl::training {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// The part of the batch that a rank sampled, with the groups in another order.
Batch share_of(const Batch& batch, int rank) {
  Batch share;
  for (auto group = batch.rbegin(); group != batch.rend(); ++group) {
    Group mine = *group;
    std::erase_if(mine.completions, [&](const Completion& c) { return c.home != rank; });
    if (!mine.completions.empty()) { share.push_back(std::move(mine)); }
  }
  return share;
}

void expect_same_header(const Completion& a, const Completion& b) {
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.tokens, b.tokens);
  EXPECT_EQ(a.reward, b.reward);
  EXPECT_EQ(a.advantage, b.advantage);
  EXPECT_EQ(a.finish, b.finish);
  EXPECT_EQ(a.format_error, b.format_error);
  EXPECT_EQ(a.masked, b.masked);
  EXPECT_EQ(a.home, b.home);
}

void expect_same_headers(const Batch& a, const Batch& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t g = 0; g < a.size(); ++g) {
    EXPECT_EQ(a[g].draw, b[g].draw);
    EXPECT_EQ(a[g].k, b[g].k);
    EXPECT_EQ(a[g].solution, b[g].solution);
    EXPECT_EQ(a[g].prompt_tokens, b[g].prompt_tokens);
    ASSERT_EQ(a[g].completions.size(), b[g].completions.size());
    for (std::size_t c = 0; c < a[g].completions.size(); ++c) {
      expect_same_header(a[g].completions[c], b[g].completions[c]);
    }
  }
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (const float value : values) { bits.push_back(std::bit_cast<std::uint32_t>(value)); }
  return bits;
}

void expect_same_payload(const Payload& a, const Payload& b, bool with_texts) {
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(bits_of(a.logprobs), bits_of(b.logprobs));
  EXPECT_EQ(bits_of(a.policy_logprobs), bits_of(b.policy_logprobs));
  EXPECT_EQ(a.thought, with_texts ? b.thought : "");
  EXPECT_EQ(a.action, with_texts ? b.action : "");
}

class Exchange : public testing::TestWithParam<Shape> {
 protected:
  Exchange()
      : whole_(make_batch(GetParam(), world_.size())),
        gathered_(gather_headers(share_of(whole_, world_.rank()), world_)) {}
  comm::Communicator world_ = test_world();
  Batch whole_, gathered_;
};

TEST_P(Exchange, EveryRankLearnsAllHeadersAndKeepsItsOwnPayloads) {
  expect_same_headers(gathered_, whole_);
  for (std::size_t g = 0; g < gathered_.size(); ++g) {
    for (std::size_t c = 0; c < gathered_[g].completions.size(); ++c) {
      const Completion& completion = gathered_[g].completions[c];
      ASSERT_EQ(completion.payload != nullptr, completion.home == world_.rank());
      if (!completion.payload) { continue; }
      expect_same_payload(completion.written(), whole_[g].completions[c].written(), true);
      EXPECT_EQ(gathered_[g].prompt_ids(), whole_[g].prompt_ids());
    }
  }
}

TEST_P(Exchange, APayloadReachesItsReceiverAndNoOtherRank) {
  for (const Texts texts : {Texts::no, Texts::yes}) {
    Batch batch = gathered_;
    const Receivers receivers = owners_of(plan_packs(batch, 100, world_.size()), batch);
    deliver(batch, receivers, texts, world_);
    std::size_t i = 0;
    for (std::size_t g = 0; g < batch.size(); ++g) {
      for (std::size_t c = 0; c < batch[g].completions.size(); ++c) {
        const Completion& completion = batch[g].completions[c];
        const bool at_home = completion.home == world_.rank(), received = receivers[i++] == world_.rank();
        ASSERT_EQ(completion.payload != nullptr, at_home || received);
        if (!completion.payload) { continue; }
        expect_same_payload(completion.written(), whole_[g].completions[c].written(),
                            at_home || texts == Texts::yes);
        EXPECT_EQ(batch[g].prompt_ids(), whole_[g].prompt_ids());
      }
    }
  }
}

TEST_P(Exchange, WhatNoRankNeedsStaysAtHome) {
  Batch batch = gathered_;
  deliver(batch, all_to(no_rank, batch), Texts::yes, world_);
  for (const Group& group : batch) {
    for (const Completion& completion : group.completions) {
      EXPECT_EQ(completion.payload != nullptr, completion.home == world_.rank());
    }
  }
}

TEST_P(Exchange, ABatchThatAllHoldIsSharedOut) {
  Batch batch = whole_;
  share_out(batch, world_);
  for (const Group& group : batch) {
    for (const Completion& completion : group.completions) {
      EXPECT_EQ(completion.payload != nullptr, completion.home == world_.rank());
    }
  }
  deliver(batch, all_to(0, batch), Texts::yes, world_);
  if (!world_.is_root()) { return; }
  for (std::size_t g = 0; g < batch.size(); ++g) {
    for (std::size_t c = 0; c < batch[g].completions.size(); ++c) {
      expect_same_payload(batch[g].completions[c].written(), whole_[g].completions[c].written(), true);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Exchange,
                         testing::Values(Shape{1, 0, 0}, Shape{2, 1, 1}, Shape{3, 1, 5, true}, Shape{4, 7, 4},
                                         Shape{5, 13, 3, true}, Shape{6, 30, 8}));

TEST(Deliver, MovesNothingThatEveryRankHolds) {
  Batch batch = make_batch({7, 3, 2}, 1);
  for (Group& group : batch) {
    for (Completion& completion : group.completions) { completion.home = every_rank; }
  }
  const std::shared_ptr<const Payload> before = batch[1].completions[1].payload;
  deliver(batch, all_to(0, batch), Texts::no, test_world());
  EXPECT_EQ(batch[1].completions[1].payload, before);
}

TEST(Deliver, NeedsAReceiverPerCompletion) {
  Batch batch = make_batch({7, 3, 2}, 1);
  EXPECT_THROW(deliver(batch, Receivers(5, 0), Texts::no, test_world()), Bug);
}

TEST(Payload, IsNotUsedWhereItIsNotHeld) {
  const Group group{.draw = 4, .completions = {Completion{.home = 2}}};
  EXPECT_THAT([&] { group.completions[0].written(); }, ThrowsMessage<Bug>(HasSubstr("rank 2")));
  EXPECT_THAT([&] { group.prompt_ids(); }, ThrowsMessage<Bug>(HasSubstr("draw 4")));
}

}  // namespace
}  // namespace srl::training
