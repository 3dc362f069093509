#include "support/counted_work.hpp"

#include <cstddef>

namespace {
std::uint64_t work = 0;
}

std::uint64_t srl::test::counted_work() {
  return work;
}

// The compiler calls __sanitizer_cov_trace_pc in every basic block (-fsanitize-coverage=trace-pc). The linker
// replaces the C library's functions by the __wrap functions below (--wrap).
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {
void __sanitizer_cov_trace_pc();
void* __real_memchr(const void* bytes, int c, std::size_t n);
int __real_memcmp(const void* a, const void* b, std::size_t n);
void* __real_memcpy(void* to, const void* from, std::size_t n);
void* __real_memmove(void* to, const void* from, std::size_t n);
void* __wrap_memchr(const void* bytes, int c, std::size_t n);
int __wrap_memcmp(const void* a, const void* b, std::size_t n);
void* __wrap_memcpy(void* to, const void* from, std::size_t n);
void* __wrap_memmove(void* to, const void* from, std::size_t n);

void __sanitizer_cov_trace_pc() {
  ++work;
}

void* __wrap_memchr(const void* bytes, int c, std::size_t n) {
  void* found = __real_memchr(bytes, c, n);
  work +=
      (found == nullptr
           ? n
           : static_cast<std::size_t>(static_cast<const char*>(found) - static_cast<const char*>(bytes))) /
      16;
  return found;
}
int __wrap_memcmp(const void* a, const void* b, std::size_t n) {
  work += n / 16;
  return __real_memcmp(a, b, n);
}
void* __wrap_memcpy(void* to, const void* from, std::size_t n) {
  work += n / 16;
  return __real_memcpy(to, from, n);
}
void* __wrap_memmove(void* to, const void* from, std::size_t n) {
  work += n / 16;
  return __real_memmove(to, from, n);
}
}
// NOLINTEND(readability-identifier-naming)
