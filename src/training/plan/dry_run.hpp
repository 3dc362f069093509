#pragma once
// --dry_run: the memory and time that a run needs, without loading weights and without a GPU.
#include "job/job.hpp"
#include "training/options.hpp"
#include "training/plan/memory_plan.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// Collective. Prompt lengths of the first training draws (at most 512; those that do not fit are left out),
/// and the number of prompts per validation. `ranks`: of the run that is planned; those of `world` share the
/// work.
PlanSizes plan_sizes(const Options& options, const trajectory::Dataset& train,
                     const trajectory::Dataset& validation, const trajectory::View& view,
                     std::int64_t max_prompt_tokens, std::int64_t ranks, const comm::Communicator& world);

/// Ranks share the scan of the data (trajectory/scan.hpp).
trajectory::Sharing shared_by(const comm::Communicator& world, const std::function<void()>& tick);

/// Collective. Bytes that a rank may use: plan.memory, else the available memory of its node
/// (device::available_memory) divided by the ranks there. The minimum over ranks.
std::uint64_t memory_per_rank(const Options& options, const comm::Communicator& world);

/// BadOption when the plan needs more than `available` bytes per rank; the message names options that would
/// fit.
void refuse_too_large(const MemoryPlan& plan, const Options& options, const model::ModelConfig& config,
                      const PlanSizes& sizes, std::uint64_t available);

/// Collective. Prints the plan and checkpoint bytes on stdout. Prints hours per epoch, and of all ranks, when
/// rates are given (section plan) or the run directory has measured ones. BadOption when the plan does not
/// fit.
int dry_run(const Options& options, job::Context& context);

}  // namespace srl::training
