#pragma once
// How much more memory the processes of this job may use on this node: what the machine has available, or
// less if a cgroup of the batch system limits it.
#include <cstdint>
#include <filesystem>
#include <string>

namespace srl::device {

constexpr std::uint64_t unknown_memory = std::uint64_t{1} << 62;

/// In bytes, for all processes on the node together: the minimum of MemAvailable in /proc/meminfo, what the
/// limits of this process's cgroup and its parents leave, and Slurm's limit. Page cache counts as free,
/// because the system can reclaim it. unknown_memory if none is known.
std::uint64_t available_memory();

/// What Slurm allotted to this job on this node: SLURM_MEM_PER_NODE, else SLURM_MEM_PER_CPU for each of
/// SLURM_CPUS_ON_NODE. Sites watch it with cgroups or by polling, in which case only these variables tell it.
/// unknown_memory outside of Slurm and for "all memory of the node" (0).
std::uint64_t allotted_by_slurm();

/// The cgroup part of available_memory(). `membership` is the text of /proc/self/cgroup (version 2
/// `0::/path`, version 1 `N:…memory…:/path`). `mount` is the folder /sys/fs/cgroup. unknown_memory if there
/// is no limit.
std::uint64_t left_by_cgroups(const std::string& membership, const std::filesystem::path& mount);

}  // namespace srl::device
