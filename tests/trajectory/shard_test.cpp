#include "trajectory/shard.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/hdf5.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace srl::trajectory {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Shards : public testing::Test {
 protected:
  Shards() { fs::create_directories(folder_ / "shards"); }
  static std::vector<Solution> solutions() {
    Solution math{"a",
                  "src",
                  "math",
                  "What is 1+1? \xE4\xBD\xA0",
                  std::nullopt,
                  "2",
                  {{"Add", std::nullopt, "1. **Add** 1+1=2", std::nullopt},
                   {std::nullopt, std::nullopt, "2. Done", std::nullopt}},
                  Split::train};
    Solution agent{"b",
                   "swe",
                   "agent",
                   "Fix it",
                   "long thought",
                   std::nullopt,
                   {{std::nullopt, "look", "ls", "a\nb\n"}},
                   Split::validation};
    return {math, agent, {"c", "s", "math", "", std::nullopt, "", {}, Split::train}};
  }
  Manifest written() {
    write_shard(folder_ / "shards/shard_00000.h5", solutions());
    Manifest manifest;
    const auto file = folder_ / "shards/shard_00000.h5";
    manifest.shards = {{"shards/shard_00000.h5", fs::file_size(file), file_checksum(file.string()), 3, 3}};
    manifest.counts = Json::object();
    manifest.inputs = Json::array();
    manifest.options = Json::object();
    manifest.code_version = "test";
    write_manifest(folder_, manifest);
    return manifest;
  }
  test::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

TEST_F(Shards, GiveBackWhatWasWritten) {
  written();
  EXPECT_EQ(read_shard(folder_ / "shards/shard_00000.h5"), solutions());
  const Manifest manifest = read_manifest(folder_);
  EXPECT_NO_THROW(verify_shards(folder_, manifest));
  EXPECT_EQ(manifest.shards.at(0).steps, 3u);
}

TEST_F(Shards, AreTheSameBytesForTheSameSolutions) {
  write_shard(folder_ / "x.h5", solutions());
  write_shard(folder_ / "y.h5", solutions());
  EXPECT_EQ(read_file(folder_ / "x.h5"), read_file(folder_ / "y.h5"));
}

TEST_F(Shards, HaveTheDocumentedDatasets) {
  write_shard(folder_ / "x.h5", solutions());
  const store::Reader reader(folder_ / "x.h5");
  EXPECT_EQ(reader.text_attribute("/", "format"), "srl-shard");
  EXPECT_EQ(reader.integer_attribute("/", "version"), 1);
  EXPECT_THAT(reader.dataset<std::uint64_t>("/solutions/first_step"), testing::ElementsAre(0u, 2u, 3u, 3u));
  EXPECT_THAT(reader.dataset<std::uint8_t>("/solutions/split"), testing::ElementsAre(0, 1, 0));
  EXPECT_THAT(reader.shape("/steps/action"), testing::ElementsAre(3u, 2u));
  EXPECT_EQ(reader.dataset<std::uint64_t>("/solutions/reasoning").at(0), ~std::uint64_t{0});
}

TEST_F(Shards, ThatAreTruncatedOrDamagedAreNamed) {
  const Manifest manifest = written();
  const auto file = folder_ / "shards/shard_00000.h5";
  const std::string whole = read_file(file);
  std::ofstream(file, std::ios::binary) << whole.substr(0, whole.size() / 2);
  EXPECT_THAT(test::message_of<BadInput>([&] { verify_shards(folder_, manifest); }), HasSubstr("truncated"));
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 1;
  std::ofstream(file, std::ios::binary) << flipped;
  EXPECT_THAT(test::message_of<BadInput>([&] { verify_shards(folder_, manifest); }), HasSubstr("checksum"));
  fs::remove(file);
  EXPECT_THAT(test::message_of<BadInput>([&] { verify_shards(folder_, manifest); }),
              HasSubstr("shard_00000.h5"));
}

TEST_F(Shards, PointersOutsideTheTextAreRefused) {
  store::Writer writer(folder_ / "bad.h5");
  writer.attribute("/", "format", "srl-shard");
  writer.attribute("/", "version", std::int64_t{1});
  writer.dataset("/text", std::string_view("abc"));
  writer.group("/solutions");
  writer.group("/steps");
  const std::vector<std::uint64_t> outside{1, 99}, none;
  for (const char* name : {"id", "source", "domain", "question", "reasoning", "answer"}) {
    writer.dataset<std::uint64_t>(std::string("/solutions/") + name, std::span<const std::uint64_t>(outside),
                                  {1, 2});
  }
  for (const char* name : {"title", "thought", "action", "observation"}) {
    writer.dataset<std::uint64_t>(std::string("/steps/") + name, std::span<const std::uint64_t>(none),
                                  {0, 2});
  }
  writer.dataset("/solutions/first_step", std::vector<std::uint64_t>{0, 0});
  writer.dataset("/solutions/split", std::vector<std::uint8_t>{0});
  writer.close();
  EXPECT_THAT(test::message_of<BadInput>([&] { read_shard(folder_ / "bad.h5"); }),
              HasSubstr("points outside the text"));
}

TEST_F(Shards, ThatAreListedTwiceAreRefused) {
  Manifest manifest = written();
  fs::create_symlink(folder_ / "shards/shard_00000.h5", folder_ / "link.h5");
  for (const char* name : {"shards/shard_00000.h5", "shards/../shards/./shard_00000.h5", "link.h5"}) {
    manifest.shards.resize(1);
    manifest.shards.push_back(manifest.shards[0]);
    manifest.shards[1].file = name;
    write_manifest(folder_, manifest);
    EXPECT_THAT(test::message_of<BadInput>([&] { read_manifest(folder_); }), HasSubstr("twice")) << name;
  }
}

TEST_F(Shards, WithNegativeCountsAreRefused) {
  written();
  std::string manifest = read_file(folder_ / "manifest.json");
  manifest.insert(manifest.find("\"solutions\": ") + 13, "-");
  write_file_atomically(folder_ / "manifest.json", manifest);
  EXPECT_THAT(test::message_of<BadInput>([&] { read_manifest(folder_); }), HasSubstr("solutions -"));
}

TEST_F(Shards, OfAnotherVersionOrWithoutManifestAreRefused) {
  EXPECT_THAT(test::message_of<BadInput>([&] { read_manifest(folder_); }), HasSubstr("no manifest.json"));
  written();
  std::string manifest = read_file(folder_ / "manifest.json");
  manifest.replace(manifest.find("\"version\": 1"), 12, "\"version\": 2");
  write_file_atomically(folder_ / "manifest.json", manifest);
  EXPECT_THAT(test::message_of<BadInput>([&] { read_manifest(folder_); }), HasSubstr("version 2"));
}

}  // namespace
}  // namespace srl::trajectory
