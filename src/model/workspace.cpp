#include "model/workspace.hpp"

#include <sys/mman.h>

#include <new>

namespace srl::model {

namespace {

/// Large buffers are maps of their own. From the heap, a buffer that grows leaves a hole too small for the next one: after some tens of packs of
/// different sizes the process held a third more than all slots together, and more than its memory plan.
at::Tensor buffer_of(std::int64_t count, at::ScalarType type) {
  const auto options = at::TensorOptions().dtype(type);
  const std::size_t bytes = static_cast<std::size_t>(count) * at::elementSize(type);
  constexpr std::size_t small = std::size_t{1} << 17;
  if (bytes < small) return at::empty({count}, options);
  void* pages = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  return at::from_blob(pages, {count}, [bytes](void* start) { ::munmap(start, bytes); }, options);
}

}  // namespace

at::Tensor Workspace::take(std::size_t slot, at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  if (slots_.size() <= slot) slots_.resize(slot + 1);
  at::Tensor& buffer = slots_[slot];
  if (!buffer.defined() || buffer.numel() < count) {
    buffer.reset();   // first give back, then ask
    buffer = buffer_of(count, type_);
  }
  return buffer.narrow(0, 0, count).view(sizes);
}

}  // namespace srl::model
