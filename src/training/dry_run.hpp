#pragma once
// --dry_run: what a run would take, without weights and without a GPU.
#include "job/job.hpp"
#include "text/layout.hpp"
#include "training/memory_plan.hpp"
#include "training/options.hpp"
#include "trajectory/dataset.hpp"

namespace srl::training {

/// Prompt lengths of the first draws (at most 512), those that do not fit left out.
PlanSizes plan_sizes(const Options& options, const trajectory::Dataset& data, const trajectory::View& view, std::int64_t max_prompt_tokens,
                     std::int64_t ranks);

/// Memory that one rank of `ranks_on_node` may use: plan.memory, else the node's available memory shared out.
std::uint64_t memory_a_rank(const Options& options, int ranks_on_node);

/// Collective. Prints on stdout the plan, checkpoint bytes, and hours an epoch and GPU-hours where rates are given (section plan) or the run
/// directory holds measured ones. BadOption when the plan does not fit, naming what would.
int dry_run(const Options& options, job::Context& context);

}  // namespace srl::training
