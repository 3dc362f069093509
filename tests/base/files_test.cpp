#include "base/files.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <functional>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace srl {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Files : public testing::Test {
 protected:
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }
  test::TemporaryFolder temporary_;
  const fs::path folder_ = temporary_.path();
};

/// Limits the size of files. Writing beyond the limit fails as on a full disk (EFBIG instead of ENOSPC), for
/// root too.
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

/// Whether change() throws EnvironmentError when files may have at most `bytes` bytes.
bool fails_on_full_disk(rlim_t bytes, const std::function<void()>& change) {
  const FileSizeLimit full(bytes);
  try {
    change();
  } catch (const EnvironmentError&) { return true; }
  return false;
}

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
  const std::string longer(100000, 'x');
  EXPECT_TRUE(fails_on_full_disk(4096, [&] { write_file_atomically(file, longer); }));
  EXPECT_EQ(entries(), 1U);
  EXPECT_EQ(read_file(file), "old");
}

TEST_F(Files, AFailedAppendLeavesNoHalfLine) {
  const fs::path file = folder_ / "lines";
  append_line(file, "one");
  EXPECT_TRUE(fails_on_full_disk(100, [&] { append_line(file, std::string(200, 'x')); }));
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
