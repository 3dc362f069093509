#pragma once
// Memory for the keys and values of generation, in pages. A page holds `page_tokens` consecutive positions of
// one sequence, in every layer. kv_writes.hpp fills pages, paged_attention.hpp reads them.
//
//   on the CPU  [pages][layers][kv_heads]{keys [head_dim][page_tokens], values [page_tokens][padded
//               head_dim]}
//   on a GPU    [pages][layers][kv_heads]{keys [page_tokens][head_dim], values [page_tokens][head_dim]}
//
// The CPU multiplies 16 adjacent positions (keys) or dimensions (values) at a time; so its head_dim is padded
// to a multiple of 16 in values.
#include <cstdint>
#include <vector>

#include "base/host_device.hpp"
#include "base/pages.hpp"
#include "device/dtype.hpp"
#include "device/span.hpp"

namespace srl::compute {

inline constexpr std::int64_t page_tokens = 16;
using PageId = std::int32_t;
inline constexpr PageId no_page = -1;
/// Pages that hold `positions` positions.
inline std::int64_t pages_for(std::int64_t positions) {
  return (positions + page_tokens - 1) / page_tokens;
}

/// Pages in the CPU's memory, allocated in slabs of about 32 MiB when they are first used. T: float, double.
template <class T>
class CpuPages {
 public:
  CpuPages(std::int64_t layers, std::int64_t kv_heads, std::int64_t head_dim);
  std::int64_t page_bytes() const { return page_elements_ * std::int64_t{sizeof(T)}; }
  std::int64_t kv_heads() const { return kv_heads_; }
  std::int64_t head_dim() const { return head_dim_; }
  std::int64_t padded_head_dim() const { return padded_; }
  void ensure(PageId highest);  ///< allocates pages 0..highest; EnvironmentError when out of memory
  void clear();                 ///< frees all memory
  /// [head_dim, page_tokens]
  T* keys(PageId page, std::int64_t layer, std::int64_t head) const {
    return static_cast<T*>(slabs_[static_cast<std::size_t>(page / per_slab_)].data()) +
           (page % per_slab_) * page_elements_ + (layer * kv_heads_ + head) * head_elements_;
  }
  /// [page_tokens, padded_head_dim]
  T* values(PageId page, std::int64_t layer, std::int64_t head) const {
    return keys(page, layer, head) + head_dim_ * page_tokens;
  }
  void copy(PageId from, PageId to);  ///< all layers

 private:
  std::int64_t kv_heads_, head_dim_, padded_, head_elements_, page_elements_, per_slab_;
  std::vector<Pages> slabs_;
};

/// Pages in a GPU's memory. T: float, bf16.
template <class T>
struct GpuPagesOf {
  T* data = nullptr;
  std::int64_t count = 0, layers = 0, kv_heads = 0, head_dim = 0;

  /// As many pages as the memory holds. Throws Bug if head_dim is not a multiple of 8, or the memory does not
  /// begin at a multiple of 16 bytes.
  GpuPagesOf(device::Span<T> memory, std::int64_t layer_count, std::int64_t head_count, std::int64_t dim);
  SRL_HOST_DEVICE std::int64_t elements() const { return layers * kv_heads * 2 * page_tokens * head_dim; }
  /// [page_tokens, head_dim]; the values follow.
  SRL_HOST_DEVICE T* keys(std::int64_t page, std::int64_t layer, std::int64_t head) const {
    return data + page * elements() + (layer * kv_heads + head) * 2 * page_tokens * head_dim;
  }
  SRL_HOST_DEVICE T* values(std::int64_t page, std::int64_t layer, std::int64_t head) const {
    return keys(page, layer, head) + page_tokens * head_dim;
  }
};
using GpuPages = GpuPagesOf<device::Bf16>;

}  // namespace srl::compute
