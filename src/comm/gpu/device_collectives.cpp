// Communicator's collectives on the memory of GPUs.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/version.hpp"

namespace srl::comm {
namespace {

enum class Call : std::uint64_t { all_reduce = 1, reduce_scatter, all_gather, broadcast };

/// The group, after it has recorded that a call of this kind is enqueued.
DeviceGroup& group_for(const Communicator::Impl& impl, const device::Stream& stream, Call call,
                       std::size_t elements, std::uint64_t detail) {
  if (!impl.device_group) { throw Bug("a collective on GPU memory was called before use_device"); }
  if (stream.capturing()) {
    throw Bug("a collective was called while a graph is captured; the watchdog could not abort it");
  }
  impl.device_group->count(static_cast<std::uint64_t>(call) | detail << 4 | std::uint64_t{elements} << 16);
  return *impl.device_group;
}

template <class T>
std::uint64_t detail_of(Reduce op = Reduce::sum) {
  return static_cast<std::uint64_t>(device::dtype_of<T>()) << 4 | static_cast<std::uint64_t>(op);
}

}  // namespace

void Communicator::use_device(const device::Device& device) const {
  if (device.kind != device::Kind::cuda) { throw Bug("use_device was called with the CPU"); }
  // If rank 0 fails (a build without GPUs), all ranks must learn it, or they would wait for the group id.
  std::string id, trouble;
  if (is_root()) {
    try {
      id = make_group_id();
    } catch (const EnvironmentError& error) { trouble = error.what(); }
  }
  trouble = broadcast(trouble, 0);
  if (!trouble.empty()) { throw EnvironmentError(trouble); }
  impl_->device_group = join_group(*this, broadcast(id, 0), device);
  impl_->device_groups->add(impl_->device_group);
}

template <class T>
void Communicator::all_reduce(device::Span<T> values, Reduce op, const device::Stream& stream) const {
  group_for(*impl_, stream, Call::all_reduce, values.size(), detail_of<T>(op))
      .all_reduce(values.data(), values.size(), device::dtype_of<T>(), op, stream);
}

template <class T>
void Communicator::reduce_scatter(std::type_identity_t<device::Span<const T>> values,
                                  std::span<const std::size_t> offsets, device::Span<T> mine,
                                  const device::Stream& stream) const {
  check_offsets(offsets, size(), values.size());
  const std::size_t part = offsets[rank() + 1] - offsets[rank()];
  if (mine.size() != part) {
    throw Bug(cat("reduce-scatter: the buffer has ", mine.size(), " elements, the partition has ", part));
  }
  group_for(*impl_, stream, Call::reduce_scatter, offsets.back(), detail_of<T>())
      .reduce_scatter(values.data(), offsets, mine.data(), device::dtype_of<T>(), stream);
}

template <class T>
void Communicator::all_gather(device::Span<T> values, std::span<const std::size_t> offsets,
                              const device::Stream& stream) const {
  check_offsets(offsets, size(), values.size());
  group_for(*impl_, stream, Call::all_gather, offsets.back(), detail_of<T>())
      .all_gather(values.data(), offsets, device::dtype_of<T>(), stream);
}

void Communicator::broadcast(device::Span<std::byte> bytes, int root, const device::Stream& stream) const {
  group_for(*impl_, stream, Call::broadcast, bytes.size(), static_cast<std::uint64_t>(root))
      .broadcast(bytes.data(), bytes.size(), root, stream);
}

template void Communicator::all_reduce(device::Span<float>, Reduce, const device::Stream&) const;
template void Communicator::all_reduce(device::Span<double>, Reduce, const device::Stream&) const;
template void Communicator::all_reduce(device::Span<device::Bf16>, Reduce, const device::Stream&) const;
template void Communicator::reduce_scatter(device::Span<const float>, std::span<const std::size_t>,
                                           device::Span<float>, const device::Stream&) const;
template void Communicator::reduce_scatter(device::Span<const double>, std::span<const std::size_t>,
                                           device::Span<double>, const device::Stream&) const;
template void Communicator::reduce_scatter(device::Span<const device::Bf16>, std::span<const std::size_t>,
                                           device::Span<device::Bf16>, const device::Stream&) const;
template void Communicator::all_gather(device::Span<float>, std::span<const std::size_t>,
                                       const device::Stream&) const;
template void Communicator::all_gather(device::Span<double>, std::span<const std::size_t>,
                                       const device::Stream&) const;
template void Communicator::all_gather(device::Span<device::Bf16>, std::span<const std::size_t>,
                                       const device::Stream&) const;

void Communicator::check_device_order() const {
  if (!impl_->device_group) { return; }
  const DeviceGroup& group = *impl_->device_group;
  const std::vector<std::string> all = all_gather(cat(group.calls(), " ", group.order()));
  for (std::size_t r = 1; r < all.size(); ++r) {
    if (all[r] == all[0]) { continue; }
    const auto calls = [&](std::size_t rank) { return all[rank].substr(0, all[rank].find(' ')); };
    throw Bug(cat("ranks 0 and ", r, " made different collectives between their GPUs: ", calls(0), " and ",
                  calls(r), " calls, or the same number in another order"));
  }
}

std::string nccl_version() {
  return device_group_version();
}

}  // namespace srl::comm
