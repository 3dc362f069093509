#pragma once
// The text files of a model folder. They are read from the disk when a caller asks for them, or they come
// from another process that has read them: then no file is opened here.
#include <concepts>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

namespace srl::text {

class FolderTexts {
 public:
  /// Reads from the disk. Not explicit: a folder's path may be given wherever its texts are needed.
  template <class Path>
    requires std::convertible_to<Path, std::filesystem::path>
  FolderTexts(const Path& folder) : folder_(folder) {}
  /// Takes what `packed` returned in another process.
  FolderTexts(std::filesystem::path folder, const std::string& packed);

  /// The files of the folder that configuration, tokenizer and chat template may need, and `other`, a file
  /// outside of it (empty = none), as one text.
  static std::string packed(const std::filesystem::path& folder, const std::string& other);

  const std::filesystem::path& folder() const { return folder_; }
  bool has(const std::string& name) const;
  std::string text(const std::string& name) const;   ///< EnvironmentError as read_file
  Json json(const std::string& name) const;          ///< as read_json_file
  std::string other(const std::string& file) const;  ///< the file outside of the folder

 private:
  std::filesystem::path folder_;
  std::optional<std::map<std::string, std::string>> packed_;  ///< absent: the files are on the disk
};

}  // namespace srl::text
