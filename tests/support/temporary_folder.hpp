#pragma once
// A new folder that is removed with its content at the end of the scope.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/not_copied.hpp"

namespace srl::test {

class TemporaryFolder : NotCopied {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "srl-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) {
      throw std::runtime_error("cannot create a temporary folder: mkdtemp failed");
    }
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
  }

 private:
  std::filesystem::path path_;
};

}  // namespace srl::test
