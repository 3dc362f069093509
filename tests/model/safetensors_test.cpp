#include "model/files/safetensors.hpp"

#include <gmock/gmock.h>

#include <cstring>

#include "base/error.hpp"
#include "tiny_folder.hpp"

namespace srl::model {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string with_header(const std::string& header, std::size_t data_bytes) {
  std::uint64_t length = header.size();
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  return file + header + std::string(data_bytes, 'x');
}

class Safetensors : public testing::Test {
 protected:
  void expect_refused(const std::string& content, const std::string& message) {
    folder_.write("bad.safetensors", content);
    EXPECT_THAT([&] { SafetensorsFile file(folder_.path() / "bad.safetensors"); },
                ThrowsMessage<BadInput>(AllOf(HasSubstr("bad.safetensors"), HasSubstr(message))));
  }
  TemporaryFolder folder_;
};

TEST_F(Safetensors, WhatWasWrittenIsReadAgain) {
  const auto path = folder_.path() / "w.safetensors";
  const float values[6] = {1, 2, 3, 4, 5, 6};
  {
    SafetensorsWriter writer(path, {{"a", "F32", {2, 2}}, {"b", "F32", {2}}});
    writer.write(values, 4);
    writer.write(values + 1, 20);
    writer.finish();
  }
  const SafetensorsFile file(path);
  ASSERT_EQ(file.entries().size(), 2U);
  const SafetensorsEntry* b = file.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->shape, std::vector<std::int64_t>{2});
  EXPECT_EQ(std::memcmp(file.bytes(*b).data(), values + 4, 8), 0);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(file.bytes(file.entries()[0]).data()) % 64, 0U);
}

TEST_F(Safetensors, AnUnfinishedFileNeverTakesTheName) {
  const auto path = folder_.path() / "w.safetensors";
  { SafetensorsWriter writer(path, {{"a", "F32", {2}}}); }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(Safetensors, RefusesFilesThatLieAboutTheirSize) {
  expect_refused("abc", "too short");
  expect_refused(std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8), "not a safetensors file");
  expect_refused(std::string("\x00\x01\x00\x00\x00\x00\x00\x00{}", 10), "truncated");
  expect_refused(with_header("{not json", 0), "header");
  expect_refused(with_header("[]", 0), "not a JSON object");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 12), "truncated");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 12),
                 "bytes after the last tensor");
}

TEST_F(Safetensors, NamesWhatAFailedDownloadLeft) {
  expect_refused("version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 5\n", "Git LFS pointer");
  expect_refused("\n<!doctype HTML>\n<html><body>404</body></html>", "HTML page");
  expect_refused("Entry not found", "server's message");
  expect_refused("", "is empty");
}

TEST_F(Safetensors, RefusesTensorsThatContradictThemselves) {
  expect_refused(with_header(R"({"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}})", 8),
                 "'a' has the unknown dtype 'F31'");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8),
                 "'a' has 8 bytes");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})", 8), "negative");
  expect_refused(
      with_header(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}})", 8),
      "too large");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})", 8), "ends before");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", 8), "offset");
  expect_refused(with_header(R"({"a":{"dtype":"F32","shape":[2]}})", 8), "data_offsets");
  expect_refused(with_header(R"({"a":7})", 0), "'a'");
}

TEST_F(Safetensors, RefusesOverlapsHolesAndDuplicates) {
  const std::string a = R"("a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  expect_refused(with_header("{" + a + R"(,"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12),
                 "'b' overlaps");
  expect_refused(with_header("{" + a + R"(,"b":{"dtype":"F32","shape":[2],"data_offsets":[12,20]}})", 20),
                 "gap");
  expect_refused(with_header("{" + a + "," + a + "}", 8), "header");
}

}  // namespace
}  // namespace srl::model
