#pragma once
// What a kernel did that a GPU would answer with a hang, with undefined results or with an error.
#include <source_location>
#include <stdexcept>
#include <string>

namespace srl::emulator {

using Place = std::source_location;

/// "KERNEL: thread 5 of block 0 0 0: what at file:line (launched at file:line)". Thrown by run(), not by the
/// kernel's own threads.
struct Fault : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Inside a launch: gives up the block, and run() throws. Outside of one: throws.
[[noreturn]] void fault(const std::string& what, Place where);

/// "file:line" with the file's name only.
std::string text_of(const Place& where);

}  // namespace srl::emulator
