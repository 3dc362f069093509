#pragma once
// A device, without the options that choose it (device.hpp). Kernel files include this header, because nvcc
// cannot compile the headers of options.
#include <string>

namespace srl::device {

enum class Kind { cpu, cuda };

struct Device {
  Kind kind = Kind::cpu;
  int index = 0;             ///< of the GPU among those the process sees
  std::string name() const;  ///< "cpu", "cuda:1", or "emulated:1" if the GPUs are emulated
};

/// Selects the GPU that the calling thread's calls of GPU libraries use. Does nothing for a CPU.
void make_current(const Device& device);

}  // namespace srl::device
