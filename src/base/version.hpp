#pragma once
// The code version that produced a result, for --version, provenance.json and manifests.
#include <string>
#include <utility>
#include <vector>

namespace srl {

/// The version with the commit at build time, "0.2.0+43b019b-dirty"; "0.2.0" if the sources are not a git
/// checkout.
std::string code_version();
/// "g++ 12.2.0, Release": what compiled this room and how.
std::string compiler_version();
/// Name and version of the third-party libraries of this room.
std::vector<std::pair<std::string, std::string>> base_library_versions();

}  // namespace srl
