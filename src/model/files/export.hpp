#pragma once
// A folder that is either complete or absent: files are written to a folder beside it, which takes its name
// at the end. Only for this room.
#include <filesystem>
#include <set>
#include <string>

#include "base/not_copied.hpp"

namespace srl::model {

class NewFolder : NotCopied {
 public:
  /// Creates .NAME.srl_new beside `target`. A link is followed. BadOption when the folder NAME may not be
  /// replaced (model/replace.hpp), EnvironmentError when nothing can be written.
  explicit NewFolder(const std::filesystem::path& target);
  ~NewFolder();  ///< removes .NAME.srl_new unless finish() was called
  const std::filesystem::path& path() const { return partial_; }
  void finish();  ///< fsync, then takes the place of an older folder NAME

 private:
  std::filesystem::path target_, partial_;
  bool done_ = false;
};

/// The names of the files that carry_over() copies.
std::set<std::string> carried_names();
/// Copies the tokenizer, chat template and generation files of `source`.
void carry_over(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace srl::model
