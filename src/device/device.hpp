#pragma once
// The device of a rank, the CPU or a GPU of this node, and its memory:
//   --device and the GPUs that each rank of the node sees → choose() → this rank's Device
//   a Device → Stream, Event, Graph (stream.hpp, graph.hpp), Buffer, Arena (memory.hpp, arena.hpp) → kernels
//   memory that the machine and the batch system leave → available_memory.hpp → the budget of a memory plan
// GPUs are real (CUDA), emulated on the CPU for tests, or there are none: the back end that is linked
// decides. Two ranks never share a card.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "device/device_id.hpp"
#include "device/options.hpp"

namespace srl::device {

/// The back end that this program is linked with: "none", "cuda" or "emulated".
std::string_view back_end_name();

/// A GPU as this process sees it. Device::index is its position in visible_gpus().
struct Gpu {
  std::string bus;          ///< PCI address, which identifies the card independently of CUDA_VISIBLE_DEVICES
  std::string model;        ///< "NVIDIA H100 80GB HBM3"
  std::uint64_t bytes = 0;  ///< memory of the card
};
/// Empty without a driver or in a build without GPUs.
std::vector<Gpu> visible_gpus();

/// `buses[r]`: addresses of the GPUs that local rank r of a node sees, in its order (a scheduler shows every
/// rank all cards of the node, or each rank its own).
using Buses = std::vector<std::vector<std::string>>;

/// The index of the GPU of each local rank. No card is assigned twice. All ranks with the same `buses`
/// compute the same assignment. BadOption: more ranks than GPUs.
std::vector<int> share_out(const Buses& buses);

/// The device of the rank `local_rank` of a node. `auto` chooses a GPU if there is one, but never an emulated
/// one. BadOption: cuda in a build without GPUs, cuda where no GPU is visible, or more ranks than GPUs.
Device choose(const DeviceOptions& options, int local_rank, const Buses& buses);

/// Current and peak resident memory of this process, in bytes (VmRSS and VmHWM in /proc/self/status; 0 if
/// that file does not exist).
struct MemoryFigures {
  std::uint64_t resident = 0, peak = 0;
};
MemoryFigures process_memory();

}  // namespace srl::device
