// Blobs of rollouts that are truncated, foreign or of another batch are refused, and the error names the
// place.
#include "training/data/batch_blobs.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "rollout_batches.hpp"

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
