#include "device/dtype.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace srl::device {
namespace {

static_assert(bytes_of(Dtype::fp64) == 8 && bytes_of(Dtype::fp32) == 4 && bytes_of(Dtype::bf16) == 2);
static_assert(dtype_of<double>() == Dtype::fp64 && dtype_of<Bf16>() == Dtype::bf16);
static_assert(word(Dtype::bf16) == "bf16");

TEST(Bf16Numbers, AllOfThemComeBack) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    const Bf16 value{static_cast<std::uint16_t>(bits)};
    if (std::isnan(to_float(value))) {
      EXPECT_EQ(to_bf16(to_float(value)).bits, 0x7fff);
    } else {
      EXPECT_EQ(to_bf16(to_float(value)), value);
    }
  }
}

TEST(Bf16Numbers, FloatsAreRoundedToTheNearestAndTiesToEven) {
  // Against the definition: the nearer neighbour, of two equally near ones the even.
  for (std::uint32_t k = 0; k < 200000; ++k) {
    const std::uint32_t bits = k * 2654435761u & 0x7fffffffu;
    const float value = std::bit_cast<float>(bits);
    if (!std::isfinite(value)) { continue; }
    const Bf16 below{static_cast<std::uint16_t>(bits >> 16)},
        above{static_cast<std::uint16_t>((bits >> 16) + 1)};
    const double down = static_cast<double>(value) - to_float(below);
    const double up = (above.bits == 0x7f80 ? 0x1p128 : static_cast<double>(to_float(above))) - value;
    const Bf16 expected = down < up ? below : up < down ? above : below.bits % 2 == 0 ? below : above;
    EXPECT_EQ(to_bf16(value), expected) << value;
    EXPECT_EQ(to_bf16(-value).bits, expected.bits | 0x8000) << value;
  }
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::infinity()).bits, 0x7f80);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()).bits, 0x7f80);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::quiet_NaN()).bits, 0x7fff);
}

}  // namespace
}  // namespace srl::device
