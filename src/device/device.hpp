#pragma once
// The device of a rank, the CPU or a GPU of this node, and its memory:
//   --device and the GPUs that each rank of the node sees → choose() → this rank's Device
//   memory that the machine and the batch system leave → available_memory.hpp → the budget of a memory plan
//   the process and its GPU (gpu_memory.hpp) → figures of the memory in use
// Two ranks never share a card.
#include <cstdint>
#include <string>
#include <vector>

#include "device/options.hpp"

namespace srl::device {

enum class Kind { cpu, cuda };

struct Device {
  Kind kind = Kind::cpu;
  int index = 0;             ///< of the GPU among those the process sees
  std::string name() const;  ///< "cpu", "cuda:1"
};

/// A GPU as this process sees it. Device::index is its position in visible_gpus().
struct Gpu {
  std::string bus;          ///< PCI address, which identifies the card independently of CUDA_VISIBLE_DEVICES
  std::string model;        ///< "NVIDIA H100 80GB HBM3"
  std::uint64_t bytes = 0;  ///< memory of the card
};
/// Empty without a driver or in a build without CUDA.
std::vector<Gpu> visible_gpus();

/// The device of the rank `local_rank` of a node. `buses[r]`: addresses of the GPUs that local rank r sees,
/// in its order (a scheduler shows every rank all cards of the node, or each rank its own). No card is
/// assigned twice. All ranks with the same `buses` compute the same assignment. BadOption: cuda in a build
/// without CUDA, cuda where no GPU is visible, or more ranks than GPUs.
Device choose(const DeviceOptions& options, int local_rank,
              const std::vector<std::vector<std::string>>& buses);

/// Current and peak resident memory of this process, in bytes (VmRSS and VmHWM in /proc/self/status; 0 if
/// that file does not exist).
struct MemoryFigures {
  std::uint64_t resident = 0, peak = 0;
};
MemoryFigures process_memory();

}  // namespace srl::device
