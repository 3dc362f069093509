#pragma once
// A folder that is either complete or absent: files are written to NAME.partial, which is renamed to NAME at
// the end. Only for this room.
#include <filesystem>

namespace srl::model {

class NewFolder {
 public:
  explicit NewFolder(const std::filesystem::path& target);  ///< creates NAME.partial; else EnvironmentError
  ~NewFolder();  ///< removes NAME.partial unless finish() was called
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  const std::filesystem::path& path() const { return partial_; }
  void finish();  ///< fsync, then replaces an older folder NAME

 private:
  std::filesystem::path target_, partial_;
  bool done_ = false;
};

/// Copies the tokenizer, chat template and generation files of `source`.
void carry_over(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace srl::model
