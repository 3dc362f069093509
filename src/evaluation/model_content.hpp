#pragma once
// The identity of a model: the content of its files, not its path. A folder that is trained further is
// another model; a copy is the same one.
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "base/json.hpp"

namespace srl::evaluation {

/// What the system says of a file without reading it.
struct FileStamp {
  std::int64_t size = 0, inode = 0, modified = 0, changed = 0;  ///< times in nanoseconds
  auto operator<=>(const FileStamp&) const = default;
};

class ModelContent {
 public:
  /// Notes the state of the files of a model folder that shape its texts: weights, configuration, tokenizer.
  /// Make it before the model is loaded.
  explicit ModelContent(std::filesystem::path folder);

  /// xxh3_128 over the names and contents of these files. The checksums of files are kept in a hidden file of
  /// the folder, or of `other_folder` where the model's folder cannot be written. A kept checksum counts only
  /// for the same size, times and inode, and only if the file is older than its checksum. EnvironmentError
  /// when a file changed since the constructor: the loaded model may be neither the old nor the new one.
  std::string checksum(const std::filesystem::path& other_folder,
                       const std::function<void()>& tick = {}) const;
  /// Throws this EnvironmentError. Call it after the model is loaded.
  void check_unchanged() const;

 private:
  std::map<std::string, FileStamp> stamps() const;

  std::filesystem::path folder_;
  std::map<std::string, FileStamp> at_first_;  ///< by file name
};

/// The number of parameters by the size of the weight files of a model folder. 0 if there are none.
std::uint64_t parameters_in(const std::filesystem::path& model);

}  // namespace srl::evaluation
