#pragma once
// What launch.hpp needs from the back end.
#include <cstddef>
#include <source_location>

namespace srl::device {

[[noreturn]] void refuse_launch();                     ///< in a build without GPUs
void check_launch(const std::source_location& where);  ///< with CUDA: throws if the last launch failed
void allow_shared_memory(const void* kernel, std::size_t bytes, const std::source_location& where);

}  // namespace srl::device
