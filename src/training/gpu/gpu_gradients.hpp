#pragma once
// Gradients on GPUs → their sum over ranks, in each rank's part of every bucket, during the backward. The
// sums run on a stream of their own beside the backward. The stages are those of optimise/reduction.hpp.
#include <span>
#include <vector>

#include "comm/communicator.hpp"
#include "device/stream.hpp"
#include "device/turns.hpp"
#include "training/gpu/sharding.hpp"
#include "training/optimise/reduction.hpp"

namespace srl::training {

class GpuGradientReduction final : public GradientBuffer {
 public:
  /// Keeps references. The backward runs on `compute`, collectives on `transfers`. Memory, in `turn`: floats
  /// for all elements (zero = 1), or for embedding, head, two layers and what this rank owns (zero = 2).
  /// `world` uses the device already if it has more than one rank.
  GpuGradientReduction(const model::ModelConfig& config, const Sharding& sharding, std::int64_t zero,
                       const comm::Communicator& world, const device::Turn& turn,
                       const device::Stream& compute, const device::Stream& transfers);
  GpuGradientReduction(GpuGradientReduction&&) = delete;  // `turn` knows its address
  /// Bytes of its memory.
  static std::size_t bytes(const Sharding& sharding, std::int64_t zero);

  model::AnyGradients room() override { return room_; }
  const model::ModelConfig& config() const override { return config_; }
  void begin() override;
  const model::BackwardHooks& hooks(bool last) override;
  bool reduces_every_pack() const override { return every_pack_; }
  void finish() override;

  /// This rank's part of a bucket's sum, after finish(), for work on `compute`.
  device::Span<float> part(std::size_t bucket) const;
  /// Memory for all elements of a bucket, which no gradient needs between finish() and begin(); with zero = 1
  /// it holds the bucket's sum where this rank owns it.
  device::Span<float> whole(std::size_t bucket) const;

 private:
  void claim(std::size_t bucket);
  void reduce(std::size_t bucket);

  const model::ModelConfig& config_;
  const Sharding& sharding_;
  bool every_pack_;
  comm::Communicator world_;
  device::Turn turn_;
  const device::Stream &compute_, &transfers_;
  std::vector<std::size_t> begin_;  ///< [buckets] in room_
  model::GpuGradients room_;
  device::Span<float> sum_;             ///< with zero = 2: what this rank owns
  std::vector<device::Event> written_;  ///< [buckets] the backward has written it
  std::vector<device::Event> reduced_;  ///< [buckets] its sum is complete, its memory may be used again
  model::BackwardHooks none_, all_;
};

}  // namespace srl::training
