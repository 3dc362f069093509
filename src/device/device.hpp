#pragma once
// Where data lives: the CPU, or a GPU of this node by local rank; and what memory is in use.
#include <cstdint>
#include <string>

#include "config/options.hpp"

namespace srl::device {

struct DeviceOptions {
  std::string device = "auto";   ///< auto | cpu | cuda
  std::string dtype = "auto";    ///< auto = fp32 on a CPU, bf16 on a GPU; fp32 | bf16 | fp64 (fp64 for replayed rollouts only)
  void visit(config::Visitor& v);
};

enum class Kind { cpu, cuda };

struct Device {
  Kind kind = Kind::cpu;
  int index = 0;            ///< of the GPU on its node
  std::string name() const; ///< "cpu", "cuda:1"
};

/// GPUs this process sees; 0 without a driver or in a build without CUDA.
int gpu_count();

/// The device of a rank. BadOption: cuda in a build without CUDA or on a machine without GPU, or more ranks on the node than GPUs.
Device choose(const DeviceOptions& options, int local_rank, int ranks_on_node);

/// Resident memory of this process now and at its highest, in bytes (VmRSS and VmHWM of /proc/self/status; 0 where there is none).
struct MemoryFigures {
  std::uint64_t resident = 0, peak = 0;
};
MemoryFigures process_memory();

}  // namespace srl::device
