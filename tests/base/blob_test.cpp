// A blob is read back as it was written. A truncated or foreign blob is refused, and the error names the
// place.
#include "base/blob.hpp"

#include <gmock/gmock.h>

#include <bit>

namespace srl {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;
using namespace std::string_view_literals;

constexpr std::uint64_t mark = 0x74736574;  // "test"

std::string sample() {
  BlobWriter writer(mark);
  writer.value(std::int32_t{-7});
  writer.array(std::vector<float>{0.1F, -0.0F});
  writer.text("ä\0b"sv);
  writer.array(std::vector<std::int32_t>{});
  return writer.take();
}

void read(std::string_view blob, std::uint64_t expected = mark) {
  BlobReader reader(blob, expected, "rank 3");
  EXPECT_EQ(reader.value<std::int32_t>(), -7);
  const std::vector<float> numbers = reader.array<float>();
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_EQ(std::bit_cast<std::uint32_t>(numbers[0]), std::bit_cast<std::uint32_t>(0.1F));
  EXPECT_EQ(std::bit_cast<std::uint32_t>(numbers[1]), std::bit_cast<std::uint32_t>(-0.0F));
  EXPECT_EQ(reader.text(), "ä\0b"sv);
  EXPECT_TRUE(reader.array<std::int32_t>().empty());
  reader.finish();
}

TEST(Blob, ComesBackAsItWasWritten) {
  read(sample());
}

TEST(Blob, TruncatedAnywhereIsRefused) {
  const std::string blob = sample();
  for (std::size_t length = 0; length < blob.size(); ++length) {
    EXPECT_THAT([&] { read(std::string_view(blob).substr(0, length)); },
                ThrowsMessage<BadInput>(HasSubstr("rank 3: truncated")))
        << length;
  }
  EXPECT_THROW(read(blob + "x"), BadInput);
}

TEST(Blob, OfAnotherKindIsRefused) {
  EXPECT_THAT([] { read(sample(), mark + 1); },
              ThrowsMessage<BadInput>(HasSubstr("rank 3: not what was expected here")));
  EXPECT_THROW(read("a text that is long enough to be a blob"), BadInput);
}

TEST(Blob, AnImpossibleLengthAllocatesNothing) {
  BlobWriter writer(mark);
  writer.value(~std::uint64_t{0});
  const std::string blob = writer.take();
  BlobReader reader(blob, mark, "rank 3");
  EXPECT_THAT([&] { reader.array<double>(); }, ThrowsMessage<BadInput>(HasSubstr("entries announced")));
}

}  // namespace
}  // namespace srl
