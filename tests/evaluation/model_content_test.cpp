#include "evaluation/model_content.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "support/temporary_folder.hpp"

namespace srl::evaluation {
namespace {

namespace fs = std::filesystem;

class ModelContents : public testing::Test {
 protected:
  void SetUp() override {
    make_folders(model_);
    make_folders(output_);
    write("model.safetensors", "weights");
    write("config.json", "{}");
    write("tokenizer.json", "{}");
  }
  void write(const std::string& name, const std::string& content) { std::ofstream(model_ / name) << content; }
  std::string checksum(std::int64_t* read = nullptr) const {
    return ModelContent(model_).checksum(output_, [&] {
      if (read != nullptr) { ++*read; }
    });
  }
  /// Writes the cache until the file system's clock has moved on, so that it is newer than the model's files.
  void keep() const {
    for (std::int64_t read = 1; read > 0;) {
      read = 0;
      checksum(&read);
    }
  }
  static std::int64_t reads(const fs::path& model, const fs::path& output) {
    std::int64_t read = 0;
    ModelContent(model).checksum(output, [&] { ++read; });
    return read;
  }
  test::TemporaryFolder temporary_;
  const fs::path model_ = temporary_.path() / "model", output_ = temporary_.path() / "output";
};

TEST_F(ModelContents, AreEqualForCopiesAndDifferForOtherWeightsTokenizersAndSettings) {
  const std::string first = checksum();
  const fs::path copy = temporary_.path() / "copy";
  fs::copy(model_, copy);
  EXPECT_EQ(ModelContent(copy).checksum(output_), first);
  write("notes.txt", "of no effect");
  EXPECT_EQ(checksum(), first);
  for (const char* name : {"model.safetensors", "config.json", "tokenizer.json", "generation_config.json"}) {
    const std::string before = checksum();
    write(name, "{ }");
    EXPECT_NE(checksum(), before) << name;
  }
}

TEST_F(ModelContents, AreNotReadTwice) {
  const std::string first = checksum();
  keep();
  EXPECT_EQ(reads(model_, output_), 0);
  EXPECT_EQ(checksum(), first);
  EXPECT_TRUE(fs::exists(model_ / ".srl_checksums.json"));
  EXPECT_FALSE(fs::exists(output_ / ".srl_checksums.json"));
}

TEST_F(ModelContents, SeeAChangeOfEqualSizeAndTime) {
  const std::string first = checksum();
  keep();
  struct stat before{};
  ASSERT_EQ(::stat((model_ / "model.safetensors").c_str(), &before), 0);
  write("model.safetensors", "WEIGHTS");
  const timespec times[] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, (model_ / "model.safetensors").c_str(), times, 0), 0);
  EXPECT_NE(checksum(), first);
}

TEST_F(ModelContents, DoNotTrustACacheThatIsNotNewerThanTheFile) {
  keep();
  struct stat file{};
  ASSERT_EQ(::stat((model_ / "model.safetensors").c_str(), &file), 0);
  // A wrong checksum in a cache that is as old as the file: only its time tells that it may be wrong.
  const fs::path cache = model_ / ".srl_checksums.json";
  const std::string first = checksum();
  Json lines = Json::parse(read_file(cache), "cache");
  lines[(model_ / "model.safetensors").string()]["checksum"] = "wrong";
  write_file_atomically(cache, lines.dump());
  EXPECT_NE(checksum(), first);  // newer: believed
  write_file_atomically(cache, lines.dump());
  const timespec times[] = {file.st_mtim, file.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, cache.c_str(), times, 0), 0);
  EXPECT_EQ(checksum(), first);
}

TEST_F(ModelContents, AreKeptInTheOutputFolderWhereTheModelIsReadOnly) {
  // Root may write everywhere, so the model's folder is one that takes no file of this name.
  make_folders(model_ / ".srl_checksums.json");
  const std::string first = checksum();
  keep();
  EXPECT_TRUE(fs::exists(output_ / ".srl_checksums.json"));
  EXPECT_EQ(reads(model_, output_), 0);
  EXPECT_EQ(checksum(), first);
}

TEST_F(ModelContents, MayNotChangeWhileTheModelIsLoaded) {
  const ModelContent content(model_);
  write("model.safetensors", "other weights");
  EXPECT_THROW(content.checksum(output_), EnvironmentError);
}

}  // namespace
}  // namespace srl::evaluation
