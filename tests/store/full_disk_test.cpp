// A full disk, tested on a small tmpfs if this user may mount one.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/hdf5.hpp"

namespace srl::store {
namespace {

TEST(FullDisk, LeavesThePreviousFileAndSaysWhy) {
  const auto folder = std::filesystem::temp_directory_path() / ("srl_full_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") != 0) {
    std::filesystem::remove(folder);
    GTEST_SKIP() << "this user may not mount a tmpfs";
  }
  const auto write = [&](std::size_t elements) {
    Writer writer(folder / "a.h5");
    writer.dataset("/x", std::vector<double>(elements, 1.5));
    writer.close();
  };
  write(1000);
  try {
    write(1000000);  // 8 MB
    ADD_FAILURE() << "8 MB were written to a disk of 1 MB";
  } catch (const EnvironmentError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/a.h5"));
    EXPECT_THAT(error.what(), testing::HasSubstr("disk full"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder / ".a.h5.srl_new"));
  EXPECT_EQ(Reader(folder / "a.h5").dataset<double>("/x").size(), 1000u);
  umount(folder.c_str());
  std::filesystem::remove(folder);
}

}  // namespace
}  // namespace srl::store
