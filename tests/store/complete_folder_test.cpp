#include "store/complete_folder.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.hpp"
#include "support/mpi_main.hpp"

namespace srl::store {
namespace {

TEST(CompleteFolder, IsCompleteOnlyAfterEveryRankHasWritten) {
  const comm::Communicator world = test_world();
  const std::filesystem::path base = world.broadcast(
      (std::filesystem::temp_directory_path() / ("srl_complete_" + std::to_string(getpid()))).string(), 0);
  const auto folder = base / "update_000001";
  if (world.is_root()) {
    make_folders(folder);
    write_file_atomically(folder / "COMPLETE", "complete\n");  // from an older folder of this name
    write_file_atomically(folder / "old", "x");
  }
  world.barrier();
  begin_folder(folder, world);
  EXPECT_FALSE(is_complete(folder));
  EXPECT_FALSE(std::filesystem::exists(folder / "old"));
  write_file_atomically(folder / ("rank" + std::to_string(world.rank())), "mine");
  complete_folder(folder, world);
  EXPECT_TRUE(is_complete(folder));
  for (int r = 0; r < world.size(); ++r) {
    EXPECT_TRUE(std::filesystem::exists(folder / ("rank" + std::to_string(r))));
  }
  world.barrier();
  if (world.is_root()) { remove_folder(base); }
}

}  // namespace
}  // namespace srl::store
