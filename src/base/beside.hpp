#pragma once
// Names beside a user's file, and whether two names mean the same file.
#include <filesystem>
#include <string_view>

namespace srl {

/// FOLDER/.NAME.srl_WHAT for FOLDER/NAME: the name of what is not complete yet and then becomes FOLDER/NAME.
/// No user chooses such a name, so an old one may be overwritten.
std::filesystem::path own_name_beside(const std::filesystem::path& path, std::string_view what = "new");
/// Whether both exist and are the same file (device and inode), through any links.
bool same_file(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace srl
