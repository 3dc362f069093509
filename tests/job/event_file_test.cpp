// Records and events equal those of TensorBoard 2.21: its checksums and the bytes of its serialised Event.
#include "job/event_file.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "base/files.hpp"

namespace srl::job {
namespace {

std::uint64_t little(const std::string& bytes, std::size_t at, int count) {
  std::uint64_t value = 0;
  for (int i = count; i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  }
  return value;
}

/// The events of a file. Checks every checksum.
std::vector<std::string> events_of(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  std::vector<std::string> events;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::uint64_t length = little(bytes, at, 8);
    EXPECT_EQ(little(bytes, at + 8, 4), masked_crc32c(bytes.substr(at, 8)));
    events.push_back(bytes.substr(at + 12, length));
    EXPECT_EQ(little(bytes, at + 12 + length, 4), masked_crc32c(events.back()));
    at += 16 + length;
  }
  EXPECT_EQ(at, bytes.size());
  return events;
}

std::string hex(const std::string& bytes) {
  std::string text;
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

TEST(EventFile, ChecksumsAreThoseOfRfc3720AndOfTensorBoard) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720, B.4
  EXPECT_EQ(masked_crc32c("123456789"), 0xC78AB0E5U);
}

TEST(EventFile, WritesTheBytesOfTensorBoardsEvents) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "event_file_test";
  std::filesystem::remove_all(folder);
  EventFile file(folder, 7);
  file.add(300, {{"loss", 0.5}, {"seconds/total", -2}});
  const EventFile second(folder, 8);  // a restart gets another file
  EXPECT_NE(file.path(), second.path());
  const std::vector<std::string> events = events_of(file.path());
  ASSERT_EQ(events.size(), 3u);
  for (const std::string& event : events) {  // wall_time: a double between the years 2020 and 2200
    ASSERT_EQ(event.front(), '\x09');
    double seconds = 0;
    std::memcpy(&seconds, event.data() + 1, sizeof seconds);
    EXPECT_TRUE(seconds > 1.5e9 && seconds < 7.3e9) << seconds;
  }
  EXPECT_EQ(hex(events[0].substr(9)), "10001a0d627261696e2e4576656e743a32");
  EXPECT_EQ(hex(events[1].substr(9)), "10073a020801");
  EXPECT_EQ(hex(events[2].substr(9)),
            "10ac022a230a0b0a046c6f7373150000003f0a140a0d7365636f6e64732f746f74616c15000000c0");
}

TEST(EventFile, TakesTheNumbersOfNestedObjects) {
  const Json line = Json::parse(
      R"({"update": 3, "loss": -0.5, "skipped": false, "mfu": null, "seconds": {"rollout": 1.5}, )"
      R"("list": [1]})",
      "test");
  const std::vector<std::pair<std::string, double>> expected{
      {"update", 3}, {"loss", -0.5}, {"seconds/rollout", 1.5}};
  EXPECT_EQ(numbers_of(line), expected);
}

}  // namespace
}  // namespace srl::job
