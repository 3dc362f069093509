#include "emulator/memory_map.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace srl::emulator {
namespace {

std::map<std::uintptr_t, AllowedMemory>& known() {
  static std::map<std::uintptr_t, AllowedMemory> memory;
  return memory;
}

}  // namespace

void allow_memory(const void* begin, std::size_t bytes, const std::string& name) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(begin, bytes);
#endif
  known()[reinterpret_cast<std::uintptr_t>(begin)] = {bytes, name};
}

void open_memory([[maybe_unused]] const void* begin, [[maybe_unused]] std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_unpoison_memory_region(begin, bytes);
#endif
}

void forbid_memory(const void* begin, std::size_t bytes) {
#if defined(__SANITIZE_ADDRESS__)
  __asan_poison_memory_region(begin, bytes);
#endif
  const auto at = reinterpret_cast<std::uintptr_t>(begin);
  known().erase(known().lower_bound(at), known().lower_bound(at + bytes));
}

const std::map<std::uintptr_t, AllowedMemory>& allowed_memory() {
  return known();
}

}  // namespace srl::emulator
