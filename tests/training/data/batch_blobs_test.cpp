// Blobs of rollouts that are truncated, foreign or of another batch are refused, and the error names the
// place.
#include "training/data/batch_blobs.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "base/error.hpp"
#include "support/rollout_batches.hpp"
#include "training/data/batch_lines.hpp"

namespace srl::training {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Blobs, TruncatedAnywhereAreRefused) {
  const Batch batch = make_batch({8, 2, 2}, 1);
  const std::string headers = encode_headers(batch);
  for (std::size_t length = 0; length < headers.size(); ++length) {
    EXPECT_THAT([&] { decode_headers(std::string_view(headers).substr(0, length), 0, "rank 3"); },
                ThrowsMessage<BadInput>(HasSubstr("rank 3: truncated")));
  }
  const std::string payloads = encode_payloads(batch, all_to(1, batch), 0, 1, Texts::yes);
  for (std::size_t length = 0; length < payloads.size(); ++length) {
    Batch into = batch;
    EXPECT_THAT([&] { decode_payloads(std::string_view(payloads).substr(0, length), into, "rank 3"); },
                ThrowsMessage<BadInput>(HasSubstr("rank 3: truncated")));
  }
}

TEST(Lines, GiveBackTheLogprobsOfASamplerWithACut) {
  const Batch batch = make_batch({.seed = 3, .groups = 4, .completions = 3, .split = false}, 1);
  const Batch back = batch_from_lines(batch_to_lines(batch, true), "lines");
  ASSERT_EQ(back.size(), batch.size());
  for (std::size_t g = 0; g < batch.size(); ++g) {
    for (std::size_t c = 0; c < batch[g].completions.size(); ++c) {
      const Payload &a = batch[g].completions[c].written(), &b = back[g].completions[c].written();
      EXPECT_EQ(a.policy_logprobs.empty(), c % 2 == 0);
      ASSERT_EQ(a.policy_logprobs.size(), b.policy_logprobs.size());
      for (std::size_t t = 0; t < a.policy_logprobs.size(); ++t) {
        if (std::isfinite(a.policy_logprobs[t])) { EXPECT_EQ(a.policy_logprobs[t], b.policy_logprobs[t]); }
      }
    }
  }
}

TEST(Blobs, ForeignOnesAreRefused) {
  Batch batch = make_batch({8, 2, 2}, 1);
  const std::string headers = encode_headers(batch);
  EXPECT_THAT([&] { decode_payloads(headers, batch, "rank 3"); },
              ThrowsMessage<BadInput>(HasSubstr("rank 3: not what was expected here")));
  EXPECT_THROW(decode_headers(R"({"draw":1,"solution":"s","k":0})", 0, "rank 3"), BadInput);
  std::string other = headers;
  other[headers.size() - 2] = '\x7f';  // format_error of the last completion
  EXPECT_THAT([&] { decode_headers(other, 0, "rank 3"); },
              ThrowsMessage<BadInput>(HasSubstr("no such value")));
}

TEST(Blobs, OfAnotherBatchAreRefused) {
  const Batch batch = make_batch({8, 3, 2}, 1);
  const std::string payloads = encode_payloads(batch, all_to(1, batch), 0, 1, Texts::no);
  Batch fewer = make_batch({8, 2, 2}, 1), shorter = make_batch({8, 3, 1}, 1),
        different = make_batch({9, 3, 2}, 1);
  EXPECT_THAT([&] { decode_payloads(payloads, fewer, "rank 3"); },
              ThrowsMessage<BadInput>(HasSubstr("no group 2")));
  EXPECT_THAT([&] { decode_payloads(payloads, shorter, "rank 3"); },
              ThrowsMessage<BadInput>(HasSubstr("has no completion 1")));
  EXPECT_THAT([&] { decode_payloads(payloads, different, "rank 3"); },
              ThrowsMessage<BadInput>(HasSubstr("another length than announced")));
}

}  // namespace
}  // namespace srl::training
