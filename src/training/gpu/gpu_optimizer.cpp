#include "training/gpu/gpu_optimizer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "compute/elements.hpp"
#include "compute/square_sum.hpp"
#include "device/memory.hpp"
#include "training/gpu/bucket_gather.hpp"
#include "training/gpu/owned.hpp"
#include "training/gpu/start_weights.hpp"
#include "training/optimise/piece_loading.hpp"

namespace srl::training {
namespace {

using device::Span;

class GpuAdamW final : public Optimizer {
 public:
  GpuAdamW(const GpuOptimizerParts& parts, const AdamWSettings& settings, std::int64_t zero,
           const comm::Communicator& world)
      : parts_(parts),
        settings_(settings),
        world_(world),
        gradients_(parts.host.config(), parts.sharding, zero, world, parts.turn, parts.compute,
                   parts.transfers),
        gather_(world, parts.compute, parts.transfers),
        master_(parts.memory.take<float>("master weights", parts.sharding.owned)),
        first_(parts.memory.take<float>("moments", parts.sharding.owned)),
        second_(parts.memory.take<float>("moments", parts.sharding.owned)),
        chunk_sums_(parts.memory.take<double>("norm", compute::chunks_of(parts.sharding.owned))) {
    device::zero(parts_.compute, first_);
    device::zero(parts_.compute, second_);
    send_start_weights(parts_.host, parts_.sharding, world_, parts_.compute, parts_.weights, master_,
                       parts_.tick);
  }

  GradientBuffer& gradients() override { return gradients_; }

  double norm() override {
    for (std::size_t b = 0; b < buckets().size(); ++b) {
      compute::square_sums(
          parts_.compute, Span<const float>(gradients_.part(b)),
          chunk_sums_.part(compute::chunks_of(buckets()[b].owned), compute::chunks_of(buckets()[b].part)));
    }
    std::vector<double> sums(chunk_sums_.size());
    device::download(parts_.compute, std::span(sums), Span<const double>(chunk_sums_));
    return std::sqrt(sum_in_order(parts_.sharding, sums, world_));
  }

  void dump(const std::filesystem::path& file) override {
    model::Parameters whole =
        world_.is_root() ? model::Parameters(parts_.host.config(), model::Dtype::fp32)
                         : model::Parameters::without_memory(parts_.host.config(), model::Dtype::fp32);
    gather(whole, [this](std::size_t b) { return gradients_.part(b); });
    if (world_.is_root()) { model::write_parameters(whole, file, whole.dtype()); }
    world_.barrier();
  }

  void apply(double learning_rate, double factor) override {
    ++steps_;
    const compute::AdamWStep<float> step(settings_, learning_rate, factor, steps_);
    auto info = parts_.sharding.layout.begin();  // by bucket
    update_weights([&](std::size_t b) {
      const std::size_t end = buckets()[b].begin + elements_of(b);
      for (; info != parts_.sharding.layout.end() && static_cast<std::size_t>(info->offset) < end; ++info) {
        step_on(*info, b, step);
      }
      if (parts_.weights.dtype() != model::Dtype::bf16) { round_owned(b); }  // AdamW writes only bf16
    });
  }

  std::int64_t steps() const override { return steps_; }

  void keep() override { kept_ = on_host(); }

  void go_back() override {
    put(kept_);
    kept_ = {};
    update_weights([this](std::size_t b) { round_owned(b); });
  }

  std::uint64_t piece_bytes() const override {
    std::uint64_t elements = 0;
    for (const PieceRange& range : parts_.sharding.ranges_of(world_.rank())) { elements += range.count; }
    return 3 * elements * sizeof(float);
  }

  std::function<PieceInfo()> save(const std::filesystem::path& folder) const override {
    return [copy = std::make_shared<const OwnedState>(on_host()), folder, rank = world_.rank(),
            ranges = parts_.sharding.ranges_of(world_.rank()),
            elements = static_cast<std::uint64_t>(parts_.host.elements())] {
      return write_piece<float>(folder, rank,
                                {.elements = elements,
                                 .ranges = ranges,
                                 .weights = copy->weights,
                                 .first_moment = copy->first,
                                 .second_moment = copy->second});
    };
  }

  void load(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces, std::int64_t steps,
            const std::function<void()>& tick) override {
    OwnedState state = on_host();  // for the sizes
    const PieceOwners owners = owners_of(parts_.sharding, static_cast<std::uint64_t>(parts_.host.elements()));
    load_pieces<float>(folder, pieces, {owners, state.weights, state.first, state.second}, world_, tick);
    state.steps = steps;
    put(state);
    update_weights([this](std::size_t b) { round_owned(b); });
  }

  void fetch() override {
    gather(parts_.host,
           [this](std::size_t b) { return master_.part(buckets()[b].owned, buckets()[b].part); });
  }

 private:
  const std::vector<ShardedBucket>& buckets() const { return parts_.sharding.buckets; }

  /// `values` are without the zeros at the ends of buckets.
  void upload_owned(const std::vector<float>& values, Span<float> to) const {
    device::zero(parts_.compute, to);
    each_owned(parts_.sharding, world_.rank(), [&](std::size_t owned, std::size_t at, std::size_t count) {
      device::upload(parts_.compute, to.part(owned, count), std::span(values).subspan(at, count));
    });
  }
  std::vector<float> download_owned(Span<float> from) const {
    std::vector<float> values(piece_bytes() / (3 * sizeof(float)));
    each_owned(parts_.sharding, world_.rank(), [&](std::size_t owned, std::size_t at, std::size_t count) {
      device::download(parts_.compute, std::span(values).subspan(at, count),
                       Span<const float>(from.part(owned, count)));
    });
    return values;
  }

  OwnedState on_host() const {
    return {download_owned(master_), download_owned(first_), download_owned(second_), steps_};
  }
  void put(const OwnedState& state) {
    upload_owned(state.weights, master_);
    upload_owned(state.first, first_);
    upload_owned(state.second, second_);
    steps_ = state.steps;
  }

  /// The part of a parameter that this rank owns in its bucket.
  void step_on(const model::ParameterInfo& info, std::size_t b, const compute::AdamWStep<float>& step) {
    const ShardedBucket& bucket = buckets()[b];
    const std::size_t mine = bucket.begin + static_cast<std::size_t>(world_.rank()) * bucket.part,
                      from = std::max(mine, static_cast<std::size_t>(info.offset)),
                      to = std::min(mine + bucket.part, static_cast<std::size_t>(info.offset + info.count));
    if (from >= to) { return; }
    const std::size_t count = to - from, owned = bucket.owned + from - mine;
    Span<device::Bf16> rounded;
    if (parts_.weights.dtype() == model::Dtype::bf16) {
      rounded = parts_.weights.flat<device::Bf16>().part(from, count);
    }
    compute::adamw(parts_.compute,
                   {master_.part(owned, count), rounded, gradients_.part(b).part(from - mine, count),
                    first_.part(owned, count), second_.part(owned, count)},
                   step, info.decays);
  }

  /// The model's weights of what this rank owns of a bucket, from the master weights.
  void round_owned(std::size_t b) {
    const ShardedBucket& bucket = buckets()[b];
    const Span<const float> from = master_.part(bucket.owned, bucket.part);
    const std::size_t mine = bucket.begin + static_cast<std::size_t>(world_.rank()) * bucket.part;
    if (parts_.weights.dtype() == model::Dtype::bf16) {
      compute::convert(parts_.compute, from, parts_.weights.flat<device::Bf16>().part(mine, bucket.part));
    } else {
      device::copy(parts_.compute, parts_.weights.flat<float>().part(mine, bucket.part), from);
    }
  }

  /// Collective. update(b) writes this rank's part of a bucket's weights. The bucket is gathered on the
  /// stream of collectives, beside the update of the next ones.
  template <class Update>
  void update_weights(const Update& update) {
    for (std::size_t b = 0; b < buckets().size(); ++b) {
      update(b);
      if (parts_.weights.dtype() == model::Dtype::bf16) {
        gather_.start(parts_.weights.flat<device::Bf16>().part(buckets()[b].begin, elements_of(b)));
      } else {
        gather_.start(parts_.weights.flat<float>().part(buckets()[b].begin, elements_of(b)));
      }
    }
    gather_.wait();
    world_.check_device_order();
  }

  std::size_t elements_of(std::size_t b) const {
    return buckets()[b].part * static_cast<std::size_t>(world_.size());
  }

  /// Collective. part_of(bucket): this rank's part in fp32; fills `host` on rank 0. Uses the gradients'
  /// memory.
  template <class PartOf>
  void gather(model::Parameters& host, const PartOf& part_of) {
    parts_.turn.enter();
    float* const flat = world_.is_root() ? host.flat().data_ptr<float>() : nullptr;
    for (std::size_t b = 0; b < buckets().size(); ++b) {
      const ShardedBucket& bucket = buckets()[b];
      const Span<float> whole = gradients_.whole(b);
      const Span<float> mine = whole.part(static_cast<std::size_t>(world_.rank()) * bucket.part, bucket.part);
      if (mine.data() != part_of(b).data()) { device::copy(parts_.compute, mine, part_of(b)); }
      gather_.start(whole);
      gather_.wait();
      if (!world_.is_root()) { continue; }
      const auto count = static_cast<std::size_t>(bucket.flat.count);
      device::download(parts_.compute, std::span(flat + bucket.flat.offset, count),
                       Span<const float>(whole.first(count)));
    }
  }

  GpuOptimizerParts parts_;
  AdamWSettings settings_;
  comm::Communicator world_;
  GpuGradientReduction gradients_;
  BucketGather gather_;
  Span<float> master_, first_, second_;  ///< what this rank owns
  Span<double> chunk_sums_;
  std::int64_t steps_ = 0;
  OwnedState kept_;
};

}  // namespace

device::TurnBytes gpu_optimizer_bytes(const Sharding& sharding, std::int64_t zero) {
  device::ArenaCount count;
  for (int array = 0; array < 3; ++array) { count.take<float>("optimizer", sharding.owned); }
  count.take<double>("norm", compute::chunks_of(sharding.owned));
  return {count.bytes(), GpuGradientReduction::bytes(sharding, zero)};
}

std::unique_ptr<Optimizer> make_gpu_optimizer(const GpuOptimizerParts& parts, const AdamWSettings& settings,
                                              std::int64_t zero, const comm::Communicator& world) {
  return std::make_unique<GpuAdamW>(parts, settings, zero, world);
}

}  // namespace srl::training
