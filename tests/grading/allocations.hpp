#pragma once
// Counts the memory that is allocated at the same time. It replaces operator new and delete, so only one file
// of a program may include it.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace srl::grading::testing {

inline std::size_t allocated = 0, most_allocated = 0;

/// The peak of allocated memory since construction, minus the memory that was allocated at construction.
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
