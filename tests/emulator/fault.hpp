#pragma once
// Faults of a kernel: what a GPU would answer with a hang, undefined results or an error.
#include <source_location>
#include <stdexcept>
#include <string>

namespace srl::emulator {

using Place = std::source_location;

/// "KERNEL: thread 5 of block 0 0 0: what at file:line (launched at file:line)". run() throws it, not the
/// kernel's own threads.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Inside a launch it ends the block, and run() throws. Outside of a launch it throws.
[[noreturn]] void fault(const std::string& what, Place where);

/// "file:line", without folders.
std::string text_of(const Place& where);

}  // namespace srl::emulator
