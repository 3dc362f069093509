#include "training/optimise/optimizer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "training/optimise/partition.hpp"
#include "training/optimise/piece_loading.hpp"

namespace srl::training {
namespace {

/// A rank's state: saved in a checkpoint, and restored by go_back().
template <class T>
struct Slice {
  std::vector<T> weights;
  Moments<T> moments;
  std::int64_t steps = 0;
};

template <class T>
class PartitionedAdamW : public Optimizer {
 public:
  PartitionedAdamW(model::Parameters& weights, const AdamWSettings& settings, std::int64_t zero,
                   const comm::Communicator& world, ThreadPool& pool)
      : weights_(weights),
        settings_(settings),
        world_(world),
        pool_(pool),
        offsets_(partition_offsets(static_cast<std::size_t>(weights.elements()), world.size())),
        begin_(offsets_[static_cast<std::size_t>(world.rank())]),
        size_(offsets_[static_cast<std::size_t>(world.rank()) + 1] - begin_),
        gradients_(weights.config(), weights.dtype(), zero, offsets_, world),
        moments_{std::vector<T>(size_), std::vector<T>(size_)} {}

  GradientBuffer& gradients() override { return gradients_; }

  double norm() override { return std::sqrt(global_square_sum<T>(gradients_.partition(), offsets_, world_)); }

  void dump(const std::filesystem::path& file) override {
    model::Parameters whole(weights_.config(), weights_.dtype());
    T* all = whole.flat().template data_ptr<T>();
    const std::span<const T> mine = gradients_.partition();
    std::copy(mine.begin(), mine.end(), all + begin_);
    world_.all_gather(std::span<T>(all, offsets_.back()), offsets_);
    if (world_.is_root()) { model::write_parameters(whole, file, whole.dtype()); }
    world_.barrier();
  }

  void apply(double learning_rate, double factor) override {
    ++steps_;
    adamw_step<T>(weights(), gradients_.partition(), moments_, begin_, weights_.layout(), settings_,
                  learning_rate, factor, steps_, pool_);
    gather_weights();
  }

  std::int64_t steps() const override { return steps_; }

  void keep() override { kept_ = slice(); }

  void go_back() override {
    std::copy(kept_.weights.begin(), kept_.weights.end(), weights().begin());
    moments_ = std::move(kept_.moments);
    steps_ = kept_.steps;
    kept_ = {};
    gather_weights();
  }

  std::uint64_t piece_bytes() const override { return 3 * size_ * sizeof(T); }

  std::function<PieceInfo()> save(const std::filesystem::path& folder) const override {
    return [copy = std::make_shared<const Slice<T>>(slice()), folder, rank = world_.rank(), begin = begin_,
            elements = offsets_.back()] {
      return write_piece<T>(folder, rank,
                            {.elements = elements,
                             .ranges = {{begin, copy->weights.size()}},
                             .weights = copy->weights,
                             .first_moment = copy->moments.first,
                             .second_moment = copy->moments.second});
    };
  }

  void load(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces, std::int64_t steps,
            const std::function<void()>& tick) override {
    const PieceOwners owners(offsets_);
    load_pieces<T>(folder, pieces, {owners, weights(), moments_.first, moments_.second}, world_, tick);
    gather_weights();
    steps_ = steps;
  }

 private:
  std::span<T> weights() const { return {weights_.flat().template data_ptr<T>() + begin_, size_}; }
  Slice<T> slice() const { return {{weights().begin(), weights().end()}, moments_, steps_}; }
  void gather_weights() {
    world_.all_gather(std::span<T>(weights_.flat().template data_ptr<T>(), offsets_.back()), offsets_);
  }

  model::Parameters& weights_;
  AdamWSettings settings_;
  comm::Communicator world_;
  ThreadPool& pool_;
  std::vector<std::size_t> offsets_;
  std::size_t begin_, size_;  // this rank's partition
  GradientReduction<T> gradients_;
  Moments<T> moments_;
  std::int64_t steps_ = 0;
  Slice<T> kept_;
};

}  // namespace

std::unique_ptr<Optimizer> Optimizer::make(model::Parameters& weights, const AdamWSettings& settings,
                                           std::int64_t zero, const comm::Communicator& world,
                                           ThreadPool& pool) {
  if (weights.dtype() == model::Dtype::fp64) {
    return std::make_unique<PartitionedAdamW<double>>(weights, settings, zero, world, pool);
  }
  if (weights.dtype() == model::Dtype::fp32) {
    return std::make_unique<PartitionedAdamW<float>>(weights, settings, zero, world, pool);
  }
  throw Bug("the optimizer works on fp32 or fp64 weights");
}

}  // namespace srl::training
