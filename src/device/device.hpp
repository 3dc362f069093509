#pragma once
// Where data lives: the CPU, or a GPU of this node by local rank; and what memory is in use.
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

/// A GPU as this process sees it; its place in the list is the index that Device holds.
struct Gpu {
  std::string bus;          ///< PCI address, which names the card whatever CUDA_VISIBLE_DEVICES says
  std::string model;        ///< "NVIDIA H100 80GB HBM3"
  std::uint64_t bytes = 0;  ///< memory of the card
};
/// Empty without a driver or in a build without CUDA.
std::vector<Gpu> visible_gpus();

/// The device of the rank `local_rank` of a node. `buses[r]`: addresses of the GPUs that local rank r sees,
/// in its order (the schedulers show all cards of the node to every rank, or to each rank its own). No card
/// is given twice; all ranks that know the same `buses` agree. BadOption: cuda in a build without CUDA or
/// where no GPU is seen, or more ranks than GPUs.
Device choose(const DeviceOptions& options, int local_rank,
              const std::vector<std::vector<std::string>>& buses);

/// Resident memory of this process now and at its highest, in bytes (VmRSS and VmHWM of /proc/self/status; 0
/// where there is none).
struct MemoryFigures {
  std::uint64_t resident = 0, peak = 0;
};
MemoryFigures process_memory();

}  // namespace srl::device
