#include "base/checksum.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"

namespace srl {
namespace {

// Values of the reference implementation's command-line tool (xxhsum -H3, -H128).
TEST(Checksum, EqualsTheReferenceTool) {
  EXPECT_EQ(xxh3_64(""), 0x2d06800538d394c2U);
  EXPECT_EQ(xxh3_64("abc"), 0x78af5f94892f3950U);
  EXPECT_EQ(xxh3_128_hex(""), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(xxh3_128_hex("abc"), "06b05ab6733a618578af5f94892f3950");
  EXPECT_NE(xxh3_64("abc", 1), xxh3_64("abc", 0));
}

TEST(Checksum, PiecesGiveTheSameAsTheWhole) {
  std::string text;
  for (int i = 0; i < 100000; ++i) { text += static_cast<char>(i * 7 + i / 251); }
  Checksum running;
  for (std::size_t at = 0, length = 1; at < text.size(); at += length, length = length * 3 % 4099 + 1) {
    length = std::min(length, text.size() - at);
    running.add(text.substr(at, length));
  }
  EXPECT_EQ(running.hex(), xxh3_128_hex(text));
  const std::string path = testing::TempDir() + "srl_checksum_test";
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(file_checksum(path), xxh3_128_hex(text));
  std::filesystem::remove(path);
}

TEST(Checksum, AFileThatIsNotThereIsNamed) {
  try {
    file_checksum("/nowhere/at/all");
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/at/all"), std::string::npos);
  }
}

}  // namespace
}  // namespace srl
