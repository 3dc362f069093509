#include "config/read/values.hpp"

#include <gtest/gtest.h>

namespace srl::config {
namespace {

TEST(Values, SizesAreBinaryMultiples) {
  EXPECT_EQ(parse_bytes("0"), 0U);
  EXPECT_EQ(parse_bytes("4096"), 4096U);
  EXPECT_EQ(parse_bytes("512M"), 512U << 20);
  EXPECT_EQ(parse_bytes("1.5GiB"), std::uint64_t{3} << 29);
  EXPECT_EQ(parse_bytes("2T"), std::uint64_t{2} << 40);
  for (const char* wrong : {"", "M", "-1", "512m", "512MM", "0.3", "1e30", "inf", "5 M"}) {
    EXPECT_FALSE(parse_bytes(wrong)) << wrong;
  }
  for (const std::uint64_t bytes :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1536}, std::uint64_t{5} << 40}) {
    EXPECT_EQ(parse_bytes(print_bytes(bytes)), bytes);
  }
  EXPECT_EQ(print_bytes(std::uint64_t{512} << 20), "512M");
}

TEST(Values, DurationsAddUp) {
  EXPECT_EQ(parse_duration("90s"), 90);
  EXPECT_EQ(parse_duration("15m"), 900);
  EXPECT_EQ(parse_duration("1h30m"), 5400);
  EXPECT_EQ(parse_duration("0.5d"), 43200);
  EXPECT_EQ(parse_duration("45"), 45);
  for (const char* wrong : {"", "s", "-5s", "5x", "1h30", "5 m", "nan"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
  for (const double seconds : {0.0, 1.5, 90.0, 900.0, 7200.0, 7260.0}) {
    EXPECT_EQ(parse_duration(print_duration(seconds)), seconds);
  }
}

TEST(Values, NumbersMustBeWhole) {
  EXPECT_EQ(parse_integer("-7"), -7);
  EXPECT_EQ(parse_number("5e-7"), 5e-7);
  EXPECT_EQ(parse_number("-.5"), -0.5);
  for (const char* wrong : {"", "1.5", "1e3", "7x", " 7", "99999999999999999999"}) {
    EXPECT_FALSE(parse_integer(wrong)) << wrong;
  }
  for (const char* wrong : {"", "1,5", "inf", "nan", "1e999", "x", "1 "}) {
    EXPECT_FALSE(parse_number(wrong)) << wrong;
  }
  EXPECT_EQ(parse_number(print_number(0.1)), 0.1);
}

}  // namespace
}  // namespace srl::config
