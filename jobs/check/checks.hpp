#pragma once
// The measurements. Each is collective: every rank calls all of them in the same order and gets the same row.
#include <cstdint>
#include <filesystem>

#include "job/job.hpp"
#include "jobs/check/judge.hpp"
#include "jobs/check/row.hpp"
#include "jobs/options/check.hpp"

namespace srl::check {

struct Setup {
  const job::Context& context;
  const jobs::CheckOptions& options;
  Hosts hosts;  ///< by rank
};

/// Collective. Gathers the host of every rank.
// checks_machine.cpp
Row check_threads(const Setup& setup);
Row check_gpus(const Setup& setup);
/// The memory that Slurm, the cgroup or the machine leaves to a rank, beside what the run needs at least.
Row check_memory(const Setup& setup);
Row check_clocks(const Setup& setup);
Row check_versions(const Setup& setup);
Setup make_setup(const job::Context& context, const jobs::CheckOptions& options);

// checks_traffic.cpp
/// Sums of whole numbers over all ranks, or over the ranks of each node: exact or wrong, and how fast.
Row check_all_reduce(const Setup& setup);
Row check_node_all_reduce(const Setup& setup);
/// The same in GPU memory with NCCL. The row is empty if any rank has no GPU.
Row check_device_all_reduce(const Setup& setup);
/// Sends a message from every rank to every rank and compares it byte by byte. A wrong sum shows only that
/// something is wrong; this check shows where.
Row check_pairs(const Setup& setup);

// checks_files.cpp
/// One HDF5 file per rank on the file system of the run: written, synced, read back, compared and removed.
Row check_disk(const Setup& setup);
Row check_space(const Setup& setup);
/// Checks that every rank can read model, shards and input files: a node may lack a mount that others have.
Row check_inputs(const Setup& setup);

}  // namespace srl::check
