#pragma once
// Folders that are complete or absent: a mark, written last and removed first, says that every file is on
// disk.
#include <filesystem>

#include "comm/communicator.hpp"

namespace srl::store {

/// Collective. Rank 0 makes the folder empty (its mark goes first); afterwards every rank may write its file
/// into it.
void begin_folder(const std::filesystem::path& folder, const comm::Communicator& world);
/// Collective; every rank calls it after its own files are fsynced. Rank 0 then writes the mark COMPLETE.
void complete_folder(const std::filesystem::path& folder, const comm::Communicator& world);
bool is_complete(const std::filesystem::path& folder);
/// The mark first, then the rest. For one rank alone.
void remove_folder(const std::filesystem::path& folder);

}  // namespace srl::store
