#pragma once
// Functions of the emulated GPU only. They exist in programs that link it (SRL_DEVICE=emulated): for tests,
// and for work that a GPU library does on a real GPU.
//
// Environment variables describe the emulated GPUs: SRL_EMULATED_GPUS (8 per node), SRL_EMULATED_MEMORY (1G
// per GPU), SRL_EMULATED_ORDER (eager, random or laziest; default random), SRL_EMULATED_SEED (1),
// SRL_EMULATED_PROTECT (1: the host cannot read device memory; 0 lets a debugger read it),
// SRL_EMULATED_DRIVER (13000: the version of CUDA that the driver supports; 0 = no driver),
// SRL_EMULATED_ATTENTION_FAULT (none; compute/gpu/flash/flash_emulated.cpp), and
// SRL_EMULATED_COLLECTIVE_FAULT (none; "1:20:error" makes collective 20 of rank 1 fail, counted from 0; also
// `kill` and `stop`, see comm/gpu/planned_fault.hpp).
#include <cstdint>
#include <functional>

#include "device/stream.hpp"

namespace srl::device::emulated {

/// When work in streams runs. Each is a legal order: a GPU may be as fast as `eager` (at once), as slow as
/// `laziest` (nothing before the host or another stream must wait for it), and anything between.
enum class Order { eager, random, laziest };

/// Waits for all work first. With seed 0 the threads of kernels run in their order, else in random orders.
void set_order(Order order, std::uint64_t seed);

/// Work of the host on device memory, in the stream's order: for example a product by LibTorch's CPU kernels.
/// What `work` refers to must exist until it has run.
void put_in(const Stream& stream, std::function<void()> work);
/// Work that other ranks take part in. It is called again until it returns true.
void put_in_polled(const Stream& stream, std::function<bool()> work);

/// After a fault of a kernel all GPUs of the process are lost, as with CUDA. reset() drops the fault and all
/// work that has not run.
void reset();

struct Figures {
  std::uint64_t kernels = 0, copies = 0, collectives = 0;
  /// Times that the host waited for work that was not done, and how many of them left a GPU nothing to do.
  std::uint64_t waits = 0, idle_waits = 0;
};
Figures figures();

}  // namespace srl::device::emulated
