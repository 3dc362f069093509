#pragma once
// What a run on R ranks costs, phase by phase, from counts and stated rates: files opened, bytes read or
// written, bytes sent between ranks, seconds. tests/training/cost_model.sh compares the counts with runs.
#include <cstdint>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "training/options.hpp"
#include "training/plan/memory_plan.hpp"

namespace srl::training {

/// Files that a start reads.
struct StartFiles {
  double model_files = 0, weight_files = 0, folders = 0, shards = 0;  ///< model_files: with weight_files
  double model_bytes = 0, shard_bytes = 0;
};

/// One phase. All ranks together open `files` and move `disk` bytes. Each rank sends `sent` bytes; a
/// collective counts as a ring: all-gather and reduce-scatter of n bytes send n (R - 1) / R (Thakur,
/// Rabenseifner and Gropp 2005, "Optimization of Collective Communication Operations in MPICH").
struct PhaseCost {
  std::string name;
  double files = 0, disk = 0, sent = 0, seconds = 0;
};

/// The phases of a start, an update, a checkpoint, a resume and an export, in this order. An update's phases
/// are named `update: …`. The seconds of sampling and training come from `rates` (tokens per second per
/// rank); 0 where they are missing. Ranks work on whole completions: the slowest has ceil(completions / R).
/// Nothing overlaps in this model, although a checkpoint is written beside updates, and gradients are reduced
/// during the backward.
std::vector<PhaseCost> phase_costs(const Options& options, const PlanOptions& rates,
                                   const model::ModelConfig& config, const PlanSizes& sizes,
                                   const StartFiles& start);

/// Seconds per update: the sum of its phases.
double update_seconds(const std::vector<PhaseCost>& phases);

/// A table with a line per phase, below a line with the rates.
std::string cost_text(const std::vector<PhaseCost>& phases, const PlanOptions& rates, const PlanSizes& sizes);

}  // namespace srl::training
