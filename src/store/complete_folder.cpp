#include "store/complete_folder.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::store {
namespace {

const char* const mark = "COMPLETE";

}  // namespace

void mark_complete(const std::filesystem::path& folder) {
  fsync_folder(folder);
  fsync_folder(folder.parent_path());  // the folder itself may be new
  write_file_atomically(folder / mark, "complete\n");
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
