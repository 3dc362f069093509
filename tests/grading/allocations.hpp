#pragma once
// Counts what is allocated at once. Include it in one file of a program only: it replaces operator new and
// delete.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace srl::grading::testing {

inline std::size_t allocated = 0, most_allocated = 0;

/// The largest amount allocated at once since it was made, above what was allocated then.
class PeakOfAllocations {
 public:
  PeakOfAllocations() : before_(allocated) { most_allocated = allocated; }
  std::size_t bytes() const { return most_allocated - before_; }

 private:
  std::size_t before_;
};

inline void* counted(void* memory) {
  if (memory == nullptr) { throw std::bad_alloc(); }
  allocated += malloc_usable_size(memory);
  most_allocated = std::max(most_allocated, allocated);
  return memory;
}

inline void release(void* memory) noexcept {
  allocated -= memory == nullptr ? 0 : malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace srl::grading::testing

void* operator new(std::size_t size) {
  return srl::grading::testing::counted(std::malloc(size));
}
void* operator new[](std::size_t size) {
  return srl::grading::testing::counted(std::malloc(size));
}
void operator delete(void* memory) noexcept {
  srl::grading::testing::release(memory);
}
void operator delete[](void* memory) noexcept {
  srl::grading::testing::release(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  srl::grading::testing::release(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  srl::grading::testing::release(memory);
}
