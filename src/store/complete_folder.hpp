#pragma once
// Folders that are complete or absent. A file named COMPLETE marks that all other files are on disk: it is
// written last and removed first.
#include <filesystem>

#include "comm/communicator.hpp"

namespace srl::store {

/// Collective. Rank 0 creates an empty folder; an old one is removed (its mark first). Afterwards every rank
/// may write files into it.
void begin_folder(const std::filesystem::path& folder, const comm::Communicator& world);
/// Collective. Every rank calls it after it has fsynced its own files. Rank 0 then writes the mark COMPLETE.
void complete_folder(const std::filesystem::path& folder, const comm::Communicator& world);
bool is_complete(const std::filesystem::path& folder);
/// Removes the mark first, then the rest. Call it on one rank only.
void remove_folder(const std::filesystem::path& folder);

}  // namespace srl::store
