#include "training/optimizer.hpp"

#include <ATen/ATen.h>

#include <cmath>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "store/hdf5.hpp"
#include "training/partition.hpp"

namespace srl::training {
namespace {

template <class T>
class PartitionedAdamW : public Optimizer {
 public:
  PartitionedAdamW(model::Parameters& weights, const AdamWSettings& settings, const comm::Communicator& world, ThreadPool& pool)
      : weights_(weights),
        settings_(settings),
        world_(world),
        pool_(pool),
        offsets_(partition_offsets(static_cast<std::size_t>(weights.elements()), world.size())),
        begin_(offsets_[static_cast<std::size_t>(world.rank())]),
        mine_(offsets_[static_cast<std::size_t>(world.rank()) + 1] - begin_),
        moments_{std::vector<T>(mine_.size()), std::vector<T>(mine_.size())} {}

  double reduce(const model::Parameters& gradients) override {
    const T* all = gradients.flat().template data_ptr<T>();
    world_.reduce_scatter(std::span<const T>(all, offsets_.back()), offsets_, std::span<T>(mine_));
    return std::sqrt(global_square_sum<T>(mine_, offsets_, world_));
  }

  void dump(model::Parameters& gradients, const std::filesystem::path& file) override {
    T* all = gradients.flat().template data_ptr<T>();
    std::copy(mine_.begin(), mine_.end(), all + begin_);
    world_.all_gather(std::span<T>(all, offsets_.back()), offsets_);
    if (world_.is_root()) model::write_parameters(gradients, file, gradients.dtype());
    world_.barrier();
  }

  void apply(double learning_rate, double factor) override {
    T* all = weights_.flat().template data_ptr<T>();
    ++steps_;
    adamw_step<T>(std::span<T>(all + begin_, mine_.size()), mine_, moments_, begin_, weights_.layout(), settings_, learning_rate, factor,
                  steps_, pool_);
    world_.all_gather(std::span<T>(all, offsets_.back()), offsets_);
  }

  std::int64_t steps() const override { return steps_; }

  PieceInfo save(const std::filesystem::path& folder) const override {
    PieceInfo info;
    info.file = cat("rank_", zero_padded(world_.rank(), 5), ".h5");
    store::Writer writer(folder / info.file);
    writer.attribute("/", "format", "srl-checkpoint");
    writer.attribute("/", "version", std::int64_t{1});
    writer.attribute("/", "begin", static_cast<std::int64_t>(begin_));
    writer.attribute("/", "elements", static_cast<std::int64_t>(offsets_.back()));
    const T* all = weights_.flat().template data_ptr<T>();
    writer.dataset<T>("/weights", std::span<const T>(all + begin_, mine_.size()), {mine_.size()});
    writer.dataset<T>("/first_moment", moments_.first);
    writer.dataset<T>("/second_moment", moments_.second);
    const auto closed = writer.close();
    info.xxh3_128 = closed.xxh3_128;
    info.bytes = closed.bytes;
    return info;
  }

  void load(const std::filesystem::path& folder, const std::vector<PieceInfo>& pieces, std::int64_t steps) override {
    T* all = weights_.flat().template data_ptr<T>();
    std::size_t covered = 0;
    for (const PieceInfo& piece : pieces) {   // in rank order: each begins where the last one ended
      const auto file = folder / piece.file;
      const store::Reader reader(file);
      const auto integer = [&](const char* attribute) { return static_cast<std::size_t>(reader.integer_attribute("/", attribute)); };
      if (integer("elements") != offsets_.back() || integer("begin") != covered) {
        throw BadInput(cat(file.string(), ": a piece at ", integer("begin"), " of ", integer("elements"), " parameters does not fit: ",
                           covered, " of ", offsets_.back(), " are covered so far"));
      }
      const std::size_t size = reader.shape("/weights").at(0);
      if (size > offsets_.back() - covered) throw BadInput(cat(file.string(), ": more parameters than the model has"));
      reader.slice<T>("/weights", 0, std::span<T>(all + covered, size));
      const std::size_t low = std::max(begin_, covered), high = std::min(begin_ + mine_.size(), covered + size);
      if (low < high) {
        reader.slice<T>("/first_moment", low - covered, std::span<T>(moments_.first.data() + (low - begin_), high - low));
        reader.slice<T>("/second_moment", low - covered, std::span<T>(moments_.second.data() + (low - begin_), high - low));
      }
      covered += size;
    }
    if (covered != offsets_.back()) throw BadInput(cat(folder.string(), ": the pieces cover ", covered, " of ", offsets_.back(), " parameters"));
    steps_ = steps;
  }

 private:
  model::Parameters& weights_;
  AdamWSettings settings_;
  comm::Communicator world_;
  ThreadPool& pool_;
  std::vector<std::size_t> offsets_;
  std::size_t begin_;
  std::vector<T> mine_;   // this partition's reduced gradients
  Moments<T> moments_;
  std::int64_t steps_ = 0;
};

}  // namespace

std::unique_ptr<Optimizer> Optimizer::make(model::Parameters& weights, const AdamWSettings& settings, const comm::Communicator& world,
                                           ThreadPool& pool) {
  if (weights.dtype() == model::Dtype::fp64) return std::make_unique<PartitionedAdamW<double>>(weights, settings, world, pool);
  if (weights.dtype() == model::Dtype::fp32) return std::make_unique<PartitionedAdamW<float>>(weights, settings, world, pool);
  throw Bug("the optimizer works on fp32 or fp64 weights");
}

}  // namespace srl::training
