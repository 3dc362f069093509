#pragma once
// --dry_run: what a run would take, without weights and without a GPU.
#include "job/job.hpp"
#include "training/options.hpp"
#include "training/plan/memory_plan.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// Prompt lengths of the first training draws (at most 512), those that do not fit left out, and how many
/// prompts a validation asks.
PlanSizes plan_sizes(const Options& options, const trajectory::Dataset& train,
                     const trajectory::Dataset& validation, const trajectory::View& view,
                     std::int64_t max_prompt_tokens, std::int64_t ranks);

/// Collective. Bytes that a rank may use: plan.memory, else its node's available memory
/// (device::available_memory) shared out; of all ranks the least.
std::uint64_t memory_a_rank(const Options& options, const comm::Communicator& world);

/// BadOption when the plan needs more than `available` bytes a rank, naming what would fit.
void refuse_too_large(const MemoryPlan& plan, const Options& options, const model::ModelConfig& config,
                      const PlanSizes& sizes, std::uint64_t available);

/// Collective. Prints on stdout the plan, checkpoint bytes, and hours an epoch and GPU-hours where rates are
/// given (section plan) or the run directory holds measured ones. BadOption when the plan does not fit,
/// naming what would.
int dry_run(const Options& options, job::Context& context);

}  // namespace srl::training
