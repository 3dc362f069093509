#include "training/optimise/reduction.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace srl::training {
namespace {

model::Parameters make_room(const model::ModelConfig& config, model::Dtype dtype, bool every_pack) {
  return every_pack ? model::Parameters::two_layers_at_a_time(config, dtype)
                    : model::Parameters(config, dtype);
}

}  // namespace

template <class T>
GradientReduction<T>::GradientReduction(const model::ModelConfig& config, model::Dtype dtype,
                                        std::int64_t zero, std::vector<std::size_t> offsets,
                                        const comm::Communicator& world)
    : every_pack_(zero == 2),
      room_(make_room(config, dtype, every_pack_)),
      offsets_(std::move(offsets)),
      world_(world),
      flat_(model::buckets_of(config, model::parameter_layout(config))),
      local_(model::buckets_of(config, room_.layout())),
      pending_(flat_.size()) {
  const auto me = static_cast<std::size_t>(world.rank());
  if (every_pack_) { sum_.resize(offsets_[me + 1] - offsets_[me]); }
  if (every_pack_) {
    all_.before = [this](std::size_t bucket) { claim(bucket); };
  }
  all_.after = [this](std::size_t bucket) { start(bucket); };
}

template <class T>
T* GradientReduction<T>::data() {
  return room_.flat().template data_ptr<T>();
}

template <class T>
void GradientReduction<T>::begin() {
  room_.flat().zero_();
  std::fill(sum_.begin(), sum_.end(), T{0});
}

template <class T>
const model::BackwardHooks& GradientReduction<T>::hooks(bool last) {
  return every_pack_ || last ? all_ : none_;
}

/// Prepares a bucket's memory for the next gradients: waits for reductions from it and sets it to zero.
template <class T>
void GradientReduction<T>::claim(std::size_t bucket) {
  const auto same_room = [&](std::size_t other) { return local_[other].offset == local_[bucket].offset; };
  for (auto other = std::find_if(open_.begin(), open_.end(), same_room); other != open_.end();
       other = std::find_if(open_.begin(), open_.end(), same_room)) {
    complete(*other);
  }
  std::fill_n(data() + local_[bucket].offset, local_[bucket].count, T{0});
}

/// Starts, in place, a reduction of each piece of the bucket to its owner. Then tests the other pending
/// reductions, so that MPI progresses them.
template <class T>
void GradientReduction<T>::start(std::size_t bucket) {
  const auto begin = static_cast<std::size_t>(flat_[bucket].offset),
             end = begin + static_cast<std::size_t>(flat_[bucket].count);
  for (std::size_t rank = 0; rank + 1 < offsets_.size() && world_.size() > 1; ++rank) {
    const std::size_t low = std::max(begin, offsets_[rank]), high = std::min(end, offsets_[rank + 1]);
    if (low >= high) { continue; }
    T* piece = data() + local_[bucket].offset + (low - begin);
    pending_[bucket].push_back(
        comm::start_reduce(world_, std::span<T>(piece, high - low), static_cast<int>(rank)));
  }
  open_.push_back(bucket);
  limit_under_way();
  for (auto& reductions : pending_) {
    for (comm::Pending& one : reductions) { one.test(); }
  }
}

/// For every pending reduction MPI allocates a buffer of the received size and keeps that memory. With one
/// slow rank, the buffers could grow to the size of all gradients. So this waits for the oldest reductions.
/// Every rank starts the same ones, so they complete.
template <class T>
void GradientReduction<T>::limit_under_way() {
  const auto bytes = [&] {
    std::size_t sum = 0;
    for (const std::size_t bucket : open_) {
      sum += static_cast<std::size_t>(flat_[bucket].count) * sizeof(T);
    }
    return sum;
  };
  while (open_.size() > 1 && bytes() > most_bytes_under_way) { complete(open_.front()); }
}

template <class T>
void GradientReduction<T>::complete(std::size_t bucket) {
  std::erase(open_, bucket);
  for (comm::Pending& one : pending_[bucket]) { one.wait(); }
  pending_[bucket].clear();
  if (!every_pack_) { return; }
  const auto begin = static_cast<std::size_t>(flat_[bucket].offset),
             end = begin + static_cast<std::size_t>(flat_[bucket].count);
  const auto me = static_cast<std::size_t>(world_.rank());
  const std::size_t low = std::max(begin, offsets_[me]), high = std::min(end, offsets_[me + 1]);
  const T* from = data() + local_[bucket].offset + (low - begin);
  for (std::size_t i = low; i < high; ++i) { sum_[i - offsets_[me]] += from[i - low]; }
}

template <class T>
void GradientReduction<T>::finish() {
  while (!open_.empty()) { complete(open_.front()); }
}

template <class T>
std::span<T> GradientReduction<T>::partition() {
  const auto me = static_cast<std::size_t>(world_.rank());
  return every_pack_ ? std::span<T>(sum_)
                     : std::span<T>(data() + offsets_[me], offsets_[me + 1] - offsets_[me]);
}

template class GradientReduction<float>;
template class GradientReduction<double>;

}  // namespace srl::training
