#pragma once
// Reduced gradients → one optimizer step: global norm, AdamW on this rank's partition, all-gather
// (docs/design.md, "The flat parameter buffer").
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.hpp"
#include "comm/communicator.hpp"
#include "model/parameters.hpp"
#include "training/optimise/adamw.hpp"
#include "training/optimise/piece.hpp"
#include "training/optimise/reduction.hpp"

namespace srl::training {

class Optimizer {
 public:
  /// For weights in fp32 or fp64; keeps references to weights and pool. `zero`: 1 or 2 (reduction.hpp).
  static std::unique_ptr<Optimizer> make(model::Parameters& weights, const AdamWSettings& settings,
                                         std::int64_t zero, const comm::Communicator& world,
                                         ThreadPool& pool);
  virtual ~Optimizer() = default;

  virtual GradientBuffer& gradients() = 0;
  /// Collective, after gradients().finish(). The global L2 norm, the same bits on any number of ranks.
  virtual double norm() = 0;
  /// Collective, after gradients().finish(). Writes the reduced gradients, before clipping, as a safetensors
  /// file.
  virtual void dump(const std::filesystem::path& file) = 0;
  /// Collective, after gradients().finish(). Multiplies gradients by `factor`, applies AdamW, and gathers the
  /// new weights on every rank.
  virtual void apply(double learning_rate, double factor) = 0;

  /// Steps taken so far (AdamW's t).
  virtual std::int64_t steps() const = 0;
  /// Collective. Restores weights, moments and steps as they were at the last keep().
  virtual void go_back() = 0;
  virtual void keep() = 0;

  /// Collective, between updates. Copies the weights to rank 0's Parameters, where they are on GPUs: exports
  /// read them there.
  virtual void fetch() {}

  /// Bytes of this rank's piece, without its header.
  virtual std::uint64_t piece_bytes() const = 0;
  /// Copies this rank's partition of weights and moments now. The returned function writes the copy to
  /// FOLDER (piece.hpp) and may run on any thread.
  virtual std::function<PieceInfo()> save(const std::filesystem::path& folder) const = 0;
  /// Collective. Reads weights and moments from files that any number of ranks saved (piece_loading.hpp).
  virtual void load(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces,
                    std::int64_t steps, const std::function<void()>& tick) = 0;
};

}  // namespace srl::training
