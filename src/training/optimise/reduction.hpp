#pragma once
// Gradients of all ranks → the sum in each rank's partition, bucket by bucket, while the backward goes on
// (docs/design.md, "ZeRO stages").
//   zero = 1: one whole buffer a rank; every bucket is reduced once a mini-batch, as soon as its last
//   backward has finished it.
//   zero = 2: room for two layers, embedding and head only; every pack's buckets are reduced into the
//   partition. All ranks then run
//             equally many packs, with empty ones where a rank has fewer.
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
  /// Where forward_backward adds.
  virtual model::Parameters& room() = 0;
  /// Zeros everything for a new mini-batch.
  virtual void begin() = 0;
  /// For forward_backward of a pack; `last`: no other follows on this rank in this mini-batch. Collectives
  /// run inside.
  virtual const model::BackwardHooks& hooks(bool last) = 0;
  virtual bool reduces_every_pack() const = 0;  ///< zero = 2
  /// After the last pack: the partition holds the sum. Also leaves a mini-batch in the middle, in step with
  /// the other ranks.
  virtual void finish() = 0;
};

/// Gradients whose reductions may be under way at a time, beyond one bucket.
inline constexpr std::size_t most_bytes_under_way = std::size_t{64} << 20;

template <class T>
class GradientReduction final : public GradientBuffer {
 public:
  /// `offsets` [ranks + 1]: the partitions of the flat buffer.
  GradientReduction(const model::ModelConfig& config, model::Dtype dtype, std::int64_t zero,
                    std::vector<std::size_t> offsets, const comm::Communicator& world);

  model::Parameters& room() override { return room_; }
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
  std::deque<std::size_t> open_;                     ///< buckets started and not yet completed, in order
  std::vector<T> sum_;  ///< this rank's partition with zero = 2; else it is part of room_
  model::BackwardHooks none_, all_;
};

}  // namespace srl::training
