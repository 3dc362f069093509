#pragma once
// What only the emulated GPU has: these functions exist where it is linked (SRL_DEVICE=emulated), for tests
// and for work that is a GPU library's elsewhere.
//
// It is described by the environment: SRL_EMULATED_GPUS (8 a node), SRL_EMULATED_MEMORY of each (1G),
// SRL_EMULATED_ORDER (eager, random, laziest; random) and SRL_EMULATED_SEED (1), SRL_EMULATED_PROTECT (1: the
// host cannot read device memory; 0 where a debugger should).
#include <cstdint>
#include <functional>

#include "device/stream.hpp"

namespace srl::device::emulated {

/// When work in streams is done. Each is a legal order: a GPU may be as fast as `eager`, as slow as `laziest`
/// (nothing before somebody must wait for it) and anything between.
enum class Order { eager, random, laziest };

/// Waits for all work first. With seed 0 the threads of kernels run in their order, else in any.
void set_order(Order order, std::uint64_t seed);

/// Work on device memory by the host, in the stream's order: a product or an attention by LibTorch's kernels
/// for the CPU, say. What it refers to must last until then.
void put_in(const Stream& stream, std::function<void()> work);
/// Work that others take part in: asked again and again until it returns true.
void put_in_polled(const Stream& stream, std::function<bool()> work);

/// After a kernel's fault all GPUs of the process are lost, as with CUDA; this forgets the fault and all work
/// that was not done.
void reset();

struct Figures {
  std::uint64_t kernels = 0, copies = 0, collectives = 0;
};
Figures figures();

}  // namespace srl::device::emulated
