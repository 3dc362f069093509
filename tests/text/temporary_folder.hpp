#pragma once
// A fresh folder that is removed with everything in it at the end of the scope.
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace srl::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "srl-text-XXXXXX").string();
    if (!::mkdtemp(name.data())) { throw std::runtime_error("mkdtemp failed"); }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace srl::test
