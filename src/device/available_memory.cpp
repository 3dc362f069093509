#include "device/available_memory.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace srl::device {
namespace {

namespace fs = std::filesystem;

/// The files of one version of the memory controller.
struct Version {
  const char* limit;
  const char* usage;
  const char* cache[2];  ///< names in memory.stat
};
constexpr Version kFirst{
    "memory.limit_in_bytes", "memory.usage_in_bytes", {"total_inactive_file", "total_active_file"}};
constexpr Version kSecond{"memory.max", "memory.current", {"inactive_file", "active_file"}};

/// The number in a file of one word; kUnknownMemory for `max`, for no file, and for the huge number that
/// version 1 means by none.
std::uint64_t number_in(const fs::path& file) {
  std::uint64_t number = 0;
  if (std::ifstream in(file); in >> number) { return std::min(number, kUnknownMemory); }
  return kUnknownMemory;
}

std::uint64_t cache_in(const fs::path& folder, const Version& version) {
  std::ifstream in(folder / "memory.stat");
  std::uint64_t sum = 0, number = 0;
  for (std::string name; in >> name >> number;) {
    if (name == version.cache[0] || name == version.cache[1]) { sum += number; }
  }
  return sum;
}

std::uint64_t left_in(const fs::path& folder, const Version& version) {
  const std::uint64_t limit = number_in(folder / version.limit), usage = number_in(folder / version.usage);
  if (limit == kUnknownMemory || usage == kUnknownMemory) { return kUnknownMemory; }
  const std::uint64_t taken = usage - std::min(usage, cache_in(folder, version));
  return limit - std::min(limit, taken);
}

std::uint64_t left_up_to(const fs::path& mount, const fs::path& path, const Version& version) {
  std::uint64_t left = left_in(mount, version);
  fs::path folder = mount;
  for (const fs::path& part : path.relative_path()) {
    left = std::min(left, left_in(folder /= part, version));
  }
  return left;
}

}  // namespace

std::uint64_t left_by_cgroups(const std::string& membership, const fs::path& mount) {
  std::uint64_t left = kUnknownMemory;
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':'),
                      second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) { continue; }
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                      path = line.substr(second + 1);
    if (controllers == ",,") { left = std::min(left, left_up_to(mount, path, kSecond)); }
    if (controllers.find(",memory,") != std::string::npos) {
      left = std::min(left, left_up_to(mount / "memory", path, kFirst));
    }
  }
  return left;
}

std::uint64_t available_memory() {
  std::uint64_t available = kUnknownMemory;
  std::ifstream file("/proc/meminfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string name;
    std::uint64_t kilobytes = 0;
    if (words >> name >> kilobytes && name == "MemAvailable:") { available = kilobytes * 1024; }
  }
  std::ifstream self("/proc/self/cgroup");
  std::ostringstream membership;
  membership << self.rdbuf();
  return std::min(available, left_by_cgroups(membership.str(), "/sys/fs/cgroup"));
}

}  // namespace srl::device
