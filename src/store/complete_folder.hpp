#pragma once
// Folders that are complete or absent. A file named COMPLETE marks that all other files are on disk: it is
// written last and removed first.
#include <filesystem>

namespace srl::store {

/// Writes the mark COMPLETE. Call it on one rank, after all ranks have flushed their files to disk.
void mark_complete(const std::filesystem::path& folder);
bool is_complete(const std::filesystem::path& folder);
/// Removes the mark first, then the rest. Call it on one rank only.
void remove_folder(const std::filesystem::path& folder);

}  // namespace srl::store
