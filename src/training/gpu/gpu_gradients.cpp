#include "training/gpu/gpu_gradients.hpp"

#include "compute/elements.hpp"
#include "compute/square_sum.hpp"
#include "device/memory.hpp"
#include "training/gpu/owned.hpp"

namespace srl::training {
namespace {

std::vector<std::size_t> begins_of(const Sharding& sharding) {
  std::vector<std::size_t> begins;
  for (const ShardedBucket& bucket : sharding.buckets) { begins.push_back(bucket.begin); }
  begins.push_back(sharding.elements);
  return begins;
}

/// The gradients' layout; `begin` receives where each bucket begins, and the end.
std::vector<model::ParameterInfo> layout_of(const Sharding& sharding, bool every_pack,
                                            std::vector<std::size_t>& begin) {
  if (every_pack) { return sharding.two_layers_at_a_time(begin); }
  begin = begins_of(sharding);
  return sharding.layout;
}

/// Memory: device::Arena, or ArenaCount. What this rank owns has none if it is a part of the room.
template <class Memory>
std::pair<device::Span<float>, device::Span<float>> take(const Sharding& sharding, bool every_pack,
                                                         std::size_t room, Memory& memory) {
  const auto all = memory.template take<float>("gradients", room);
  return {all,
          every_pack ? memory.template take<float>("own gradients", sharding.owned) : device::Span<float>()};
}

}  // namespace

GpuGradientReduction::GpuGradientReduction(const model::ModelConfig& config, const Sharding& sharding,
                                           std::int64_t zero, const comm::Communicator& world,
                                           const device::Turn& turn, const device::Stream& compute,
                                           const device::Stream& transfers)
    : config_(config),
      sharding_(sharding),
      every_pack_(zero == 2),
      world_(world),
      turn_(turn),
      compute_(compute),
      transfers_(transfers),
      room_(layout_of(sharding, every_pack_, begin_)) {
  turn_.add([this](device::Arena& memory) {
    const auto [all, own] = take(sharding_, every_pack_, begin_.back(), memory);
    room_.move_to(all);
    sum_ = own;
  });
  for (std::size_t b = 0; b < sharding.buckets.size(); ++b) {
    written_.emplace_back(compute.device());
    reduced_.emplace_back(compute.device());
  }
  if (every_pack_) {
    all_.before = [this](std::size_t bucket) { claim(bucket); };
  }
  all_.after = [this](std::size_t bucket) { reduce(bucket); };
}

std::size_t GpuGradientReduction::bytes(const Sharding& sharding, std::int64_t zero) {
  std::vector<std::size_t> begin;
  layout_of(sharding, zero == 2, begin);
  device::ArenaCount count;
  take(sharding, zero == 2, begin.back(), count);
  return count.bytes();
}

void GpuGradientReduction::begin() {
  turn_.enter();
  device::zero(compute_, room_.flat());
  if (!sum_.empty()) { device::zero(compute_, sum_); }
}

const model::BackwardHooks& GpuGradientReduction::hooks(bool last) {
  return every_pack_ || last ? all_ : none_;
}

/// Before the first addition to a bucket: its memory is free, and zero.
void GpuGradientReduction::claim(std::size_t bucket) {
  for (std::size_t other = 0; other < sharding_.buckets.size(); ++other) {
    if (begin_[other] == begin_[bucket]) { compute_.wait_for(reduced_[other]); }
  }
  device::zero(compute_, whole(bucket));
}

/// After the last addition: each rank's part of the sum, in place.
void GpuGradientReduction::reduce(std::size_t bucket) {
  written_[bucket].record(compute_);
  transfers_.wait_for(written_[bucket]);
  const ShardedBucket& of = sharding_.buckets[bucket];
  const auto rank = static_cast<std::size_t>(world_.rank());
  const device::Span<float> mine = whole(bucket).part(rank * of.part, of.part);
  if (world_.size() > 1) {
    world_.reduce_scatter<float>(whole(bucket), equal_offsets(of.part, world_.size()), mine, transfers_);
  }
  if (every_pack_) {
    constexpr auto width = static_cast<std::int64_t>(compute::chunk_elements);  // parts are whole chunks
    const auto rows = static_cast<std::int64_t>(of.part) / width;
    compute::add(transfers_, compute::GpuRows<const float>(mine, rows, width),
                 compute::GpuRows<float>(sum_.part(of.owned, of.part), rows, width));
  }
  reduced_[bucket].record(transfers_);
}

void GpuGradientReduction::finish() {
  for (const device::Event& event : reduced_) { compute_.wait_for(event); }
  compute_.wait();  // the norm would wait next; so the seconds of the backward are all counted as such
}

device::Span<float> GpuGradientReduction::whole(std::size_t bucket) const {
  turn_.enter();  // checkpoints and exports use this memory after other turns
  return room_.flat().part(begin_[bucket],
                           sharding_.buckets[bucket].part * static_cast<std::size_t>(sharding_.ranks));
}

device::Span<float> GpuGradientReduction::part(std::size_t bucket) const {
  const ShardedBucket& of = sharding_.buckets[bucket];
  return every_pack_ ? sum_.part(of.owned, of.part)
                     : whole(bucket).part(static_cast<std::size_t>(world_.rank()) * of.part, of.part);
}

}  // namespace srl::training
