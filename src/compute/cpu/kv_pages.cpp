#include "compute/kv_pages.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <string>

#include "base/error.hpp"

namespace srl::compute {

template <class T>
CpuPages<T>::CpuPages(std::int64_t layers, std::int64_t kv_heads, std::int64_t head_dim)
    : kv_heads_(kv_heads),
      head_dim_(head_dim),
      padded_((head_dim + 15) / 16 * 16),
      head_elements_((head_dim_ + padded_) * page_tokens),
      page_elements_(layers * kv_heads * head_elements_),
      per_slab_(std::max<std::int64_t>(1, (std::int64_t{32} << 20) / page_bytes())) {}

template <class T>
void CpuPages<T>::ensure(PageId highest) {
  while (std::ssize(slabs_) * per_slab_ <= highest) {
    const auto bytes = static_cast<std::size_t>(per_slab_ * page_bytes());
    try {
      slabs_.emplace_back(bytes);
    } catch (const std::bad_alloc&) {
      throw EnvironmentError("not enough memory for the key/value cache: cannot allocate " +
                             std::to_string(bytes) + " bytes in addition to " +
                             std::to_string(slabs_.size() * bytes) + " bytes");
    }
  }
}

template <class T>
void CpuPages<T>::clear() {
  slabs_.clear();
}

template <class T>
void CpuPages<T>::copy(PageId from, PageId to) {
  std::memcpy(keys(to, 0, 0), keys(from, 0, 0), static_cast<std::size_t>(page_bytes()));
}

template class CpuPages<float>;
template class CpuPages<double>;

template <class T>
GpuPagesOf<T>::GpuPagesOf(device::Span<T> memory, std::int64_t layer_count, std::int64_t head_count,
                          std::int64_t dim)
    : data(memory.data()), layers(layer_count), kv_heads(head_count), head_dim(dim) {
  if (layers < 1 || kv_heads < 1 || dim < 8 || dim % 8 != 0 ||
      reinterpret_cast<std::uintptr_t>(data) % 16 != 0) {
    throw Bug("pages of " + std::to_string(layers) + " layers, " + std::to_string(kv_heads) + " heads of " +
              std::to_string(dim));
  }
  count = static_cast<std::int64_t>(memory.size()) / elements();
}

template struct GpuPagesOf<float>;
template struct GpuPagesOf<device::Bf16>;

}  // namespace srl::compute
