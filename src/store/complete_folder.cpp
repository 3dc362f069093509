#include "store/complete_folder.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::store {
namespace {

const char* const mark = "COMPLETE";

}  // namespace

void begin_folder(const std::filesystem::path& folder, const comm::Communicator& world) {
  if (world.is_root()) {
    remove_folder(folder);
    make_folders(folder);
    fsync_folder(folder.parent_path());
  }
  world.barrier();
}

void complete_folder(const std::filesystem::path& folder, const comm::Communicator& world) {
  world.barrier();
  if (world.is_root()) {
    fsync_folder(folder);
    write_file_atomically(folder / mark, "complete\n");
  }
  world.barrier();
}

bool is_complete(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / mark);
}

void remove_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::remove(folder / mark, error);  // a missing mark is not an error
  if (error) {
    throw EnvironmentError(cat("cannot remove ", (folder / mark).string(), ": ", error.message()));
  }
  if (std::filesystem::is_directory(folder)) { fsync_folder(folder); }
  std::filesystem::remove_all(folder, error);
  if (error) { throw EnvironmentError(cat("cannot remove ", folder.string(), ": ", error.message())); }
}

}  // namespace srl::store
