#pragma once
// How the kernels of these tests are run: every lane takes part, under one schedule.
#include "emulator/launch.hpp"

namespace srl::emulator::testing {

constexpr unsigned everyone = ~0u;

template <auto kernel, class... A>
void run_kernel(dim3 grid, dim3 block, std::size_t shared, std::uint64_t seed, A&&... arguments) {
  prepare<kernel>(grid, block, shared, Place::current(), std::forward<A>(arguments)...).run(seed);
}

}  // namespace srl::emulator::testing
