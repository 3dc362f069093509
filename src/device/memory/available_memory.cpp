#include "device/available_memory.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace srl::device {
namespace {

namespace fs = std::filesystem;

/// The files of one version of the cgroup memory controller.
struct Version {
  const char* limit;
  const char* usage;
  const char* cache[2];  ///< names in memory.stat
};
constexpr Version first_version{
    "memory.limit_in_bytes", "memory.usage_in_bytes", {"total_inactive_file", "total_active_file"}};
constexpr Version second_version{"memory.max", "memory.current", {"inactive_file", "active_file"}};

/// The number in a file that holds one value. unknown_memory for `max`, for a missing file, and for the huge
/// number with which version 1 says "no limit".
std::uint64_t number_in(const fs::path& file) {
  std::uint64_t number = 0;
  if (std::ifstream in(file); in >> number) { return std::min(number, unknown_memory); }
  return unknown_memory;
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
  if (limit == unknown_memory || usage == unknown_memory) { return unknown_memory; }
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
  std::uint64_t left = unknown_memory;
  std::istringstream lines(membership);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find(':'),
                      second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) { continue; }
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                      path = line.substr(second + 1);
    if (controllers == ",,") { left = std::min(left, left_up_to(mount, path, second_version)); }
    if (controllers.find(",memory,") != std::string::npos) {
      left = std::min(left, left_up_to(mount / "memory", path, first_version));
    }
  }
  return left;
}

namespace {
std::uint64_t variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}
}  // namespace

std::uint64_t allotted_by_slurm() {
  constexpr std::uint64_t megabyte = 1 << 20;
  const std::uint64_t node = variable("SLURM_MEM_PER_NODE"),
                      cores = variable("SLURM_MEM_PER_CPU") * variable("SLURM_CPUS_ON_NODE");
  const std::uint64_t megabytes = node > 0 ? node : cores;
  return megabytes == 0 || megabytes > unknown_memory / megabyte ? unknown_memory : megabytes * megabyte;
}

std::uint64_t available_memory() {
  std::uint64_t available = unknown_memory;
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
  return std::min({available, left_by_cgroups(membership.str(), "/sys/fs/cgroup"), allotted_by_slurm()});
}

}  // namespace srl::device
