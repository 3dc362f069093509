#include "model/cpu/workspace.hpp"

#include <memory>

#include "base/pages.hpp"

namespace srl::model {

namespace {

/// Large buffers use their own pages. Packs differ in length, so buffers are often replaced by larger ones,
/// and the memory must go back to the system.
at::Tensor buffer_of(std::int64_t count, at::ScalarType type) {
  const auto options = at::TensorOptions().dtype(type);
  const std::size_t bytes = count * at::elementSize(type);
  constexpr std::size_t small = std::size_t{1} << 17;
  if (bytes < small) { return at::empty({count}, options); }
  const auto pages = std::make_shared<Pages>(bytes);
  return at::from_blob(pages->data(), {count}, [pages](void*) {}, options);
}

}  // namespace

at::Tensor Workspace::take(std::size_t slot, at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) { count *= size; }
  if (slots_.size() <= slot) { slots_.resize(slot + 1); }
  at::Tensor& buffer = slots_[slot];
  if (!buffer.defined() || buffer.numel() < count) {
    buffer.reset();  // free the old buffer before allocating the new one
    buffer = buffer_of(count, type_);
  }
  return buffer.narrow(0, 0, count).view(sizes);
}

}  // namespace srl::model
