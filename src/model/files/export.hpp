#pragma once
// A folder that is complete or absent: files are written into NAME.partial, which takes its place at the end.
// Inside this room only.
#include <filesystem>

namespace srl::model {

class NewFolder {
 public:
  explicit NewFolder(const std::filesystem::path&
                         target);  ///< makes the empty NAME.partial; EnvironmentError when it cannot
  ~NewFolder();                    ///< removes it when finish() was not reached
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  const std::filesystem::path& path() const { return partial_; }
  void finish();  ///< fsync, then replaces an older folder of that name

 private:
  std::filesystem::path target_, partial_;
  bool done_ = false;
};

/// Copies tokenizer, template and generation files that `source` has.
void carry_over(const std::filesystem::path& source, const std::filesystem::path& target);

}  // namespace srl::model
