#include "store/complete_folder.hpp"

#include <gtest/gtest.h>

#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace srl::store {
namespace {

TEST(CompleteFolder, IsCompleteFromTheMarkUntilItIsRemoved) {
  const test::TemporaryFolder scratch;
  const auto folder = scratch.path() / "update_000001";
  EXPECT_FALSE(is_complete(folder));
  make_folders(folder);
  write_file_atomically(folder / "rank0", "mine");
  EXPECT_FALSE(is_complete(folder));
  mark_complete(folder);
  EXPECT_TRUE(is_complete(folder));
  EXPECT_TRUE(std::filesystem::exists(folder / "rank0"));
  remove_folder(folder);
  EXPECT_FALSE(std::filesystem::exists(folder));
  remove_folder(folder);  // an absent folder is removed already
}

}  // namespace
}  // namespace srl::store
