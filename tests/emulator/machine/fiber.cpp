#include "emulator/machine/fiber.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <numeric>
#include <stdexcept>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// emulator_change_stack(save, to): what a call must keep goes onto the stack, whose pointer goes to *save.
extern "C" void emulator_change_stack(void** save, void* to);
#if defined(__x86_64__)
asm(R"(
.text
.globl emulator_change_stack
.type emulator_change_stack,@function
emulator_change_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp,(%rdi)
  movq %rsi,%rsp
  popq %r15; popq %r14; popq %r13; popq %r12
  popq %rbx; popq %rbp
  ret
.size emulator_change_stack,.-emulator_change_stack
.section .note.GNU-stack,"",@progbits
.text
)");
#else
#error "emulator/fiber.cpp knows x86-64 only: add emulator_change_stack and prepare() for this processor"
#endif

namespace srl::emulator {
namespace {

constexpr std::size_t page = 4096;
thread_local Fiber* came_from = nullptr;

}  // namespace

Stacks::Stacks(unsigned count) : count_(count) {
  void* memory = mmap(nullptr, bytes * count, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) { throw std::runtime_error("emulated GPU: no memory for the threads' stacks"); }
  memory_ = static_cast<char*>(memory);
  for (unsigned s = 0; s < count; ++s) { mprotect(memory_ + s * bytes, page, PROT_NONE); }
  take_all_back();
}

Stacks::~Stacks() {
  munmap(memory_, bytes * count_);
}

unsigned Stacks::take() {
  const unsigned stack = free_.back();
  free_.pop_back();
#if defined(__SANITIZE_ADDRESS__)
  // Whoever had it before was perhaps given up in the middle of a function.
  __asan_unpoison_memory_region(bottom(stack), bytes - page);
#endif
  return stack;
}

void Stacks::give_back(unsigned stack) {
  free_.push_back(stack);
}

void Stacks::take_all_back() {
  free_.resize(count_);
  std::iota(free_.rbegin(), free_.rend(), 0u);
}

char* Stacks::bottom(unsigned stack) const {
  return memory_ + stack * bytes + page;
}

bool Stacks::hold(const void* address) const {
  return address >= memory_ && address < memory_ + bytes * count_;
}

void prepare(Fiber& fiber, char* bottom, std::size_t size, void (*entry)()) {
  auto* top = reinterpret_cast<std::uintptr_t*>(bottom + size);
  *--top = 0;  // the alignment that a call would give
  *--top = reinterpret_cast<std::uintptr_t>(entry);
  for (int saved_register = 0; saved_register < 6; ++saved_register) { *--top = 0; }
  fiber = {top, bottom, size, nullptr};
}

void change(Fiber& from, Fiber& to, [[maybe_unused]] bool forever) {
  came_from = &from;
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(forever ? nullptr : &from.fake_stack, to.bottom, to.size);
#endif
  emulator_change_stack(&from.stack_pointer, to.stack_pointer);
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(from.fake_stack, &came_from->bottom, &came_from->size);
#endif
}

void arrived() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &came_from->bottom, &came_from->size);
#endif
}

}  // namespace srl::emulator
