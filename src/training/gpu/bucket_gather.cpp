#include "training/gpu/bucket_gather.hpp"

#include "training/gpu/owned.hpp"

namespace srl::training {

BucketGather::BucketGather(const comm::Communicator& world, const device::Stream& compute,
                           const device::Stream& transfers)
    : world_(world),
      compute_(compute),
      transfers_(transfers),
      written_(compute.device()),
      gathered_(compute.device()) {}

template <class T>
void BucketGather::start(device::Span<T> whole) {
  if (world_.size() == 1) { return; }
  written_.record(compute_);
  transfers_.wait_for(written_);
  const std::size_t part = whole.size() / static_cast<std::size_t>(world_.size());
  world_.all_gather(whole, equal_offsets(part, world_.size()), transfers_);
}
template void BucketGather::start(device::Span<float>);
template void BucketGather::start(device::Span<device::Bf16>);

void BucketGather::wait() {
  gathered_.record(transfers_);
  compute_.wait_for(gathered_);
}

}  // namespace srl::training
