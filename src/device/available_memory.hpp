#pragma once
// How much more memory the processes of this job may use on this node: what the machine has available, or
// less if a cgroup of the batch system limits it.
#include <cstdint>
#include <filesystem>
#include <string>

namespace srl::device {

constexpr std::uint64_t unknown_memory = std::uint64_t{1} << 62;

/// In bytes, for all processes on the node together: the minimum of MemAvailable in /proc/meminfo and what
/// the limits of this process's cgroup and its parents leave. Page cache counts as free, because the system
/// can reclaim it. unknown_memory if neither is known.
std::uint64_t available_memory();

/// The cgroup part of available_memory(). `membership` is the text of /proc/self/cgroup (version 2
/// `0::/path`, version 1 `N:…memory…:/path`). `mount` is the folder /sys/fs/cgroup. unknown_memory if there
/// is no limit.
std::uint64_t left_by_cgroups(const std::string& membership, const std::filesystem::path& mount);

}  // namespace srl::device
