#pragma once
// Where data is: the CPU, or a GPU of this node by local rank; and what memory is in use.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/options.hpp"

namespace srl::device {

enum class Kind { cpu, cuda };

struct Device {
  Kind kind = Kind::cpu;
  int index = 0;             ///< of the GPU among those the process sees
  std::string name() const;  ///< "cpu", "cuda:1"; "emulated:1" where the GPUs are emulated
};

/// Which GPUs this program was linked for: "none", "cuda", or "emulated" (on the CPU, to test with).
std::string_view back_end_name();

/// A GPU as this process sees it; its place in the list is the index that Device holds.
struct Gpu {
  std::string bus;          ///< PCI address, which names the card whatever CUDA_VISIBLE_DEVICES says
  std::string model;        ///< "NVIDIA H100 80GB HBM3"
  std::uint64_t bytes = 0;  ///< memory of the card
};
/// Empty without a driver or in a build without GPUs.
std::vector<Gpu> visible_gpus();

/// The calling thread's calls of GPU libraries mean this one; nothing for a CPU.
void make_current(const Device& device);

/// `buses[r]`: addresses of the GPUs that local rank r of a node sees, in its order (the schedulers show all
/// cards of the node to every rank, or to each rank its own).
using Buses = std::vector<std::vector<std::string>>;

/// Which of its GPUs each local rank drives: no card twice, and the same for all who know the same `buses`.
/// BadOption: more ranks than GPUs.
std::vector<int> share_out(const Buses& buses);

/// The device of the rank `local_rank` of a node. `auto` takes a GPU where there is one, but never an
/// emulated one. BadOption: cuda in a build without GPUs or where no GPU is seen, or more ranks than GPUs.
Device choose(const DeviceOptions& options, int local_rank, const Buses& buses);

/// Resident memory of this process now and at its highest, in bytes (VmRSS and VmHWM of /proc/self/status; 0
/// where there is none).
struct MemoryFigures {
  std::uint64_t resident = 0, peak = 0;
};
MemoryFigures process_memory();

}  // namespace srl::device
