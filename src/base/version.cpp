#include "base/version.hpp"

#include "srl_version_generated.hpp"  // written at build time by write_version.cmake

namespace srl {

std::string code_version() { return SRL_CODE_VERSION; }

std::string compiler_version() {
#if defined(__clang__)
  const std::string compiler = "clang++ " __clang_version__;
#else
  const std::string compiler = "g++ " __VERSION__;
#endif
  return compiler + ", " SRL_BUILD_TYPE;
}

}  // namespace srl
