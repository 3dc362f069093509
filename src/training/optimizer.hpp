#pragma once
// Gradients of all ranks → one update of the weights (ZeRO 1): reduce-scatter, global norm, AdamW on this rank's partition, all-gather.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "model/parameters.hpp"
#include "training/adamw.hpp"

namespace srl::training {

/// A rank's file of a checkpoint and what state.json says of it.
struct PieceInfo {
  std::string file, xxh3_128;
  std::uint64_t bytes = 0;
};

class Optimizer {
 public:
  /// For weights in fp32 or fp64; keeps references to all three.
  static std::unique_ptr<Optimizer> make(model::Parameters& weights, const AdamWSettings& settings, const comm::Communicator& world,
                                         ThreadPool& pool);
  virtual ~Optimizer() = default;

  /// Collective. Sums `gradients` (this rank's, whole buffer) over ranks into the partitions and returns the global L2 norm.
  virtual double reduce(const model::Parameters& gradients) = 0;
  /// Collective, after reduce(): the reduced gradients as a safetensors file, before clipping. Uses `gradients` as room.
  virtual void dump(model::Parameters& gradients, const std::filesystem::path& file) = 0;
  /// Collective, after reduce(): gradients times `factor`, AdamW, and the new weights on every rank.
  virtual void apply(double learning_rate, double factor) = 0;

  /// Steps taken so far (AdamW's t).
  virtual std::int64_t steps() const = 0;
  /// This rank's partition of weights and moments into FOLDER/rank_00000.h5.
  virtual PieceInfo save(const std::filesystem::path& folder) const = 0;
  /// Collective. Weights and moments out of files that any number of ranks saved. BadInput naming the file when they do not cover all.
  virtual void load(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces, std::int64_t steps) = 0;
};

}  // namespace srl::training
