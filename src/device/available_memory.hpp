#pragma once
// How much memory the processes of this job may still take on this node: the machine's, or less where a batch
// system's cgroup says so.
#include <cstdint>
#include <filesystem>
#include <string>

namespace srl::device {

constexpr std::uint64_t kUnknownMemory = std::uint64_t{1} << 62;

/// Bytes, of all processes on the node together: MemAvailable of /proc/meminfo, or what the limits of this
/// process's cgroup and of those above it leave (page cache counts as free, since the system takes it back);
/// kUnknownMemory where nothing says.
std::uint64_t available_memory();

/// The cgroup part of it. `membership` is the text of /proc/self/cgroup (version 2 `0::/path`, version 1
/// `N:…memory…:/path`), `mount` the folder that is /sys/fs/cgroup. kUnknownMemory without a limit.
std::uint64_t left_by_cgroups(const std::string& membership, const std::filesystem::path& mount);

}  // namespace srl::device
