#include "base/version.hpp"

#include <fmt/format.h>
#include <spdlog/version.h>
#include <xxhash.h>

#include <nlohmann/json.hpp>

#include "srl_version_generated.hpp"  // written at build time by write_version.cmake

namespace srl {

std::string code_version() {
  return SRL_CODE_VERSION;
}

std::string compiler_version() {
#if defined(__clang__)
  const std::string compiler = "clang++ " __clang_version__;
#else
  const std::string compiler = "g++ " __VERSION__;
#endif
  return compiler + ", " SRL_BUILD_TYPE;
}

std::vector<std::pair<std::string, std::string>> base_library_versions() {
  const auto dotted = [](unsigned number) {
    return fmt::format("{}.{}.{}", number / 10000, number / 100 % 100, number % 100);
  };
  return {{"fmt", dotted(FMT_VERSION)},
          {"spdlog", dotted(SPDLOG_VERSION)},
          {"xxhash", dotted(XXH_versionNumber())},
          {"nlohmann_json", fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                        NLOHMANN_JSON_VERSION_PATCH)}};
}

}  // namespace srl
