#include "base/pages.hpp"

#include <sys/mman.h>

#include <new>

namespace srl {

Pages::Pages(std::size_t bytes) : bytes_(bytes) {
  if (bytes == 0) { return; }
  void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) { throw std::bad_alloc(); }
  start_ = start;
}

Pages::~Pages() {
  if (start_ != nullptr) { ::munmap(start_, bytes_); }
}

}  // namespace srl
