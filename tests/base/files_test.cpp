#include "base/files.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "base/error.hpp"

namespace srl {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  Files() : folder_(fs::path(testing::TempDir()) / ("srl_files_" + std::to_string(::getpid()))) {
    make_folders(folder_);
  }
  ~Files() override { fs::remove_all(folder_); }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  fs::path folder_;
};

/// Limits how long files may get: writing beyond it fails as on a full disk (EFBIG instead of ENOSPC), also
/// for root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(Files, ReplacementIsWholeAndLeavesNothingBeside) {
  const fs::path file = folder_ / "a";
  write_file_atomically(file, "first");
  write_file_atomically(file, std::string("sec\0nd", 6));
  EXPECT_EQ(read_file(file), std::string("sec\0nd", 6));
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, AFailedReplacementKeepsTheOldContent) {
  const fs::path file = folder_ / "a";
  write_file_atomically(file, "old");
  {
    const FileSizeLimit full(4096);
    EXPECT_THROW(write_file_atomically(file, std::string(100000, 'x')), EnvironmentError);
  }
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, AFailedAppendLeavesNoHalfLine) {
  const fs::path file = folder_ / "lines";
  append_line(file, "one");
  {
    const FileSizeLimit full(100);
    EXPECT_THROW(append_line(file, std::string(200, 'x')), EnvironmentError);
  }
  EXPECT_EQ(read_file(file), "one\n");
  append_line(file, "two");
  EXPECT_EQ(read_file(file), "one\ntwo\n");
}

TEST_F(Files, AFullDiskIsNamed) {
  try {
    append_line("/dev/full", "x");
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("/dev/full"), HasSubstr("No space left")));
  }
}

TEST_F(Files, AnErrorNamesPathAndReason) {
  try {
    read_file(folder_ / "missing");
    FAIL();
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("missing"), HasSubstr("No such file")));
  }
  append_line(folder_ / "file", "x");
  EXPECT_THROW(make_folders(folder_ / "file" / "below"), EnvironmentError);
  EXPECT_THROW(make_folders(folder_ / "file"), EnvironmentError);
  EXPECT_THROW(write_file_atomically(folder_ / "none" / "a", "x"), EnvironmentError);
  EXPECT_THROW(write_file_atomically(folder_, "x"), EnvironmentError);
  EXPECT_EQ(entries(), 1U);
  EXPECT_GT(free_bytes(folder_), 0U);
}

TEST_F(Files, MappedFilesShowTheContentAndMove) {
  write_file_atomically(folder_ / "a", "content");
  write_file_atomically(folder_ / "empty", "");
  MappedFile a(folder_ / "a");
  MappedFile b = std::move(a);
  EXPECT_EQ(b.bytes(), "content");
  EXPECT_EQ(MappedFile(folder_ / "empty").bytes(), "");
  EXPECT_THROW(MappedFile(folder_ / "missing"), EnvironmentError);
}

}  // namespace
}  // namespace srl
