#pragma once
// Gradients of all ranks → the sum in each rank's partition, bucket by bucket, during the backward
// (docs/design.md, "ZeRO stages").
//   zero = 1: one whole buffer per rank. Every bucket is reduced once per mini-batch, as soon as the last
//   backward has finished it.
//   zero = 2: memory for two layers, embedding and head only. Every pack's buckets are reduced into the
//   partition. All ranks then run equally many packs; a rank with fewer runs empty ones.
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/pending.hpp"
#include "model/pack.hpp"
#include "model/parameters.hpp"

namespace srl::training {

class GradientBuffer {
 public:
  virtual ~GradientBuffer() = default;
  /// The buffer to which forward_backward adds gradients.
  virtual model::AnyGradients room() = 0;
  virtual const model::ModelConfig& config() const = 0;  ///< of the model
  /// Zeros everything for a new mini-batch.
  virtual void begin() = 0;
  /// Hooks for forward_backward of a pack. `last`: this rank's last pack of the mini-batch. The hooks run
  /// collectives.
  virtual const model::BackwardHooks& hooks(bool last) = 0;
  virtual bool reduces_every_pack() const = 0;  ///< zero = 2
  /// Call after the last pack: then the partition holds the sum. Also ends a dropped mini-batch, on all ranks
  /// alike.
  virtual void finish() = 0;
};

/// Limit of gradient bytes in pending reductions, beyond one bucket.
inline constexpr std::size_t most_bytes_under_way = std::size_t{64} << 20;

template <class T>
class GradientReduction final : public GradientBuffer {
 public:
  /// `offsets` [ranks + 1]: the partitions of the flat buffer.
  GradientReduction(const model::ModelConfig& config, model::Dtype dtype, std::int64_t zero,
                    std::vector<std::size_t> offsets, const comm::Communicator& world);

  model::AnyGradients room() override { return room_; }
  const model::ModelConfig& config() const override { return room_.config(); }
  void begin() override;
  const model::BackwardHooks& hooks(bool last) override;
  bool reduces_every_pack() const override { return every_pack_; }
  void finish() override;
  /// This rank's part of the sum, after finish().
  std::span<T> partition();

 private:
  T* data();
  void claim(std::size_t bucket);
  void start(std::size_t bucket);
  void limit_under_way();
  void complete(std::size_t bucket);

  bool every_pack_;
  model::Parameters room_;
  std::vector<std::size_t> offsets_;
  comm::Communicator world_;
  std::vector<model::Bucket> flat_, local_;          ///< [buckets] in the flat buffer and in room_
  std::vector<std::vector<comm::Pending>> pending_;  ///< [buckets]
  std::deque<std::size_t> open_;                     ///< buckets with pending reductions, oldest first
  std::vector<T> sum_;  ///< this rank's partition with zero = 2; with zero = 1 it is part of room_
  model::BackwardHooks none_, all_;
};

}  // namespace srl::training
