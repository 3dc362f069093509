#include "base/strings.hpp"

#include <gtest/gtest.h>

#include "base/characters.hpp"
#include "base/version.hpp"

namespace srl {
namespace {

TEST(Strings, NumbersForPeople) {
  EXPECT_EQ(fixed(0.5, 3), "0.500");
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(1024.0 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(human_bytes(1.5 * (1 << 30)), "1.5 GiB");
  EXPECT_EQ(human_seconds(12.34), "12.3 s");
  EXPECT_EQ(human_seconds(59.97), "1 min 00 s");
  EXPECT_EQ(human_seconds(7380), "2 h 03 min");
  EXPECT_EQ(human_seconds(200000), "2 d 07 h");
  EXPECT_EQ(zero_padded(42, 6), "000042");
}

TEST(Strings, SplitAndJoinAreInverse) {
  for (const char* text : {"", "a", "a,b", ",a,,b,"}) { EXPECT_EQ(join(split(text, ','), ","), text); }
  EXPECT_EQ(split("a,,b", ',').size(), 3U);
}

TEST(Strings, TheNextOfAFewBytesIsFoundAsAnyStringSearchDoes) {
  const std::string text = "a<b[c]<<d\xE2\x97\x81 [<";
  NextOf<3> next(text, {'<', '[', '\xE2'});
  for (std::size_t from = 0; from <= text.size(); ++from) {
    EXPECT_EQ(next.at_or_after(from), std::min(text.find_first_of("<[\xE2", from), text.size())) << from;
  }
  EXPECT_EQ(NextOf<1>("", {'x'}).at_or_after(0), 0U);
}

TEST(Strings, TimeIsUtcInIsoForm) {
  const std::string now = utc_now();
  ASSERT_EQ(now.size(), 20U);
  EXPECT_EQ(now[10], 'T');
  EXPECT_EQ(now.back(), 'Z');
}

TEST(Version, IsThereWithAndWithoutGit) {
  EXPECT_FALSE(code_version().empty());
  EXPECT_NE(compiler_version().find(", "), std::string::npos);
  for (const auto& [library, version] : base_library_versions()) {
    EXPECT_EQ(split(version, '.').size(), 3U) << library;
  }
}

}  // namespace
}  // namespace srl
