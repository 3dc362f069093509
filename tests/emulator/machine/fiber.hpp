#pragma once
// Fibers: each thread of a block is a fiber, the host thread that runs the block too. The address
// sanitizer is told about every change of stacks.
#include <cstddef>
#include <vector>

namespace srl::emulator {

struct Fiber {
  void* stack_pointer = nullptr;  ///< while another fiber runs
  const void* bottom = nullptr;   ///< of its stack, for the sanitizer
  std::size_t size = 0;
  void* fake_stack = nullptr;  ///< the sanitizer's
};

/// Stacks of equal size, each with an unreadable page below it, which stops a kernel that needs more.
class Stacks {
 public:
  static constexpr std::size_t bytes = 64 << 10;
  explicit Stacks(unsigned count);
  ~Stacks();
  Stacks(const Stacks&) = delete;
  Stacks& operator=(const Stacks&) = delete;
  unsigned take();
  void give_back(unsigned stack);
  void take_all_back();
  char* bottom(unsigned stack) const;
  bool hold(const void* address) const;

 private:
  char* memory_ = nullptr;
  unsigned count_;
  std::vector<unsigned> free_;
};

/// Makes `fiber` begin with entry(), which calls arrived() first and never returns.
void prepare(Fiber& fiber, char* bottom, std::size_t size, void (*entry)());
/// Runs `to`. Returns when a fiber changes back to `from`; with `forever` it never returns.
void change(Fiber& from, Fiber& to, bool forever = false);
void arrived();

}  // namespace srl::emulator
