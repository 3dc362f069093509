// Communicator's collectives on device buffers.
#include "base/error.hpp"
#include "base/strings.hpp"
#include "comm/mpi/communicator_impl.hpp"
#include "comm/version.hpp"

namespace srl::comm {
namespace {

template <class T>
constexpr ElementType type_of() {
  if constexpr (std::is_same_v<T, float>) {
    return ElementType::f32;
  } else if constexpr (std::is_same_v<T, double>) {
    return ElementType::f64;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return ElementType::i64;
  } else {
    return ElementType::bf16;
  }
}

DeviceGroup& group_of(const Communicator::Impl& impl) {
  if (!impl.device_group) { throw Bug("a collective on GPU memory was called before use_device"); }
  return *impl.device_group;
}

}  // namespace

std::size_t size_of(ElementType type) {
  switch (type) {
    case ElementType::f32: return 4;
    case ElementType::f64:
    case ElementType::i64: return 8;
    case ElementType::bf16: return 2;
    case ElementType::byte: return 1;
  }
  throw Bug("unknown element type");
}

void Communicator::use_device(int gpu) const {
  // If rank 0 fails (a build without CUDA), all ranks must learn it, or they would wait for the group id.
  std::string id, trouble;
  if (is_root()) {
    try {
      id = make_group_id();
    } catch (const EnvironmentError& error) { trouble = error.what(); }
  }
  trouble = broadcast(trouble, 0);
  if (!trouble.empty()) { throw EnvironmentError(trouble); }
  impl_->device_group = join_group(broadcast(id, 0), gpu, rank(), size());
  impl_->device_groups->add(impl_->device_group);
}

template <class T>
void Communicator::all_reduce(OnDevice<T> values, Reduce op, DeviceStream stream) const {
  group_of(*impl_).all_reduce(values.data, values.size, type_of<T>(), op, stream.handle);
}

template <class T>
void Communicator::reduce_scatter(OnDevice<const T> values, std::span<const std::size_t> offsets,
                                  OnDevice<T> mine, DeviceStream stream) const {
  check_offsets(offsets, size(), values.size);
  if (mine.size != offsets[rank() + 1] - offsets[rank()]) {
    throw Bug(cat("reduce-scatter: the buffer has ", mine.size, " elements, the partition has another size"));
  }
  group_of(*impl_).reduce_scatter(values.data, offsets, mine.data, type_of<T>(), stream.handle);
}

template <class T>
void Communicator::all_gather(OnDevice<T> values, std::span<const std::size_t> offsets,
                              DeviceStream stream) const {
  check_offsets(offsets, size(), values.size);
  group_of(*impl_).all_gather(values.data, offsets, type_of<T>(), stream.handle);
}

void Communicator::broadcast(OnDevice<std::byte> bytes, int root, DeviceStream stream) const {
  group_of(*impl_).broadcast(bytes.data, bytes.size, root, stream.handle);
}

template void Communicator::all_reduce(OnDevice<float>, Reduce, DeviceStream) const;
template void Communicator::all_reduce(OnDevice<double>, Reduce, DeviceStream) const;
template void Communicator::all_reduce(OnDevice<std::int64_t>, Reduce, DeviceStream) const;
template void Communicator::all_reduce(OnDevice<Bf16>, Reduce, DeviceStream) const;
template void Communicator::reduce_scatter(OnDevice<const float>, std::span<const std::size_t>,
                                           OnDevice<float>, DeviceStream) const;
template void Communicator::reduce_scatter(OnDevice<const Bf16>, std::span<const std::size_t>, OnDevice<Bf16>,
                                           DeviceStream) const;
template void Communicator::all_gather(OnDevice<float>, std::span<const std::size_t>, DeviceStream) const;
template void Communicator::all_gather(OnDevice<Bf16>, std::span<const std::size_t>, DeviceStream) const;

std::string nccl_version() {
  return nccl_version_text();
}

}  // namespace srl::comm
