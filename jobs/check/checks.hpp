#pragma once
// The measurements. Each is collective: every rank calls all of them in the same order and gets the same row.
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

/// Collective: who is where.
Setup make_setup(const job::Context& context, const jobs::CheckOptions& options);

// checks_machine.cpp
Row check_threads(const Setup& setup);
Row check_gpus(const Setup& setup);
Row check_clocks(const Setup& setup);
Row check_versions(const Setup& setup);

// checks_traffic.cpp
/// Sums of whole numbers over all ranks, or over the ranks of each node: exact or wrong, and how fast.
Row check_all_reduce(const Setup& setup);
Row check_node_all_reduce(const Setup& setup);
/// The same in the GPUs' memory by NCCL; found nothing where not every rank has a GPU.
Row check_device_all_reduce(const Setup& setup);
/// A message from everybody to everybody, compared byte by byte: a wrong sum tells that something is wrong,
/// this tells where.
Row check_pairs(const Setup& setup);

// checks_files.cpp
/// An HDF5 file a rank on the run's file system: written, synced, read back and compared, removed.
Row check_disk(const Setup& setup);
Row check_space(const Setup& setup);
/// Model, shards and input files, looked for by every rank: a node may lack a mount that others have.
Row check_inputs(const Setup& setup);

}  // namespace srl::check
