#pragma once
// CUDA's words for a kernel file, on the emulated GPU. Only kernel files include this, through
// device/kernel.hpp, because threadIdx and others are macros.
#include <concepts>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <type_traits>

#include "emulator/arithmetic.hpp"
#include "emulator/machine.hpp"

#if defined(SRL_KERNELS_CHECKED)
// For a function that is not inlined the linker may choose another file's copy, which reports nothing.
#define __global__ __attribute__((flatten))
#else
#define __global__
#endif
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __restrict__ __restrict

#define threadIdx (srl::emulator::here.thread)
#define blockIdx (srl::emulator::here.block)
#define blockDim (srl::emulator::here.block_dim)
#define gridDim (srl::emulator::here.grid)

/// `__shared__ T name[count];` with its own place in shared memory, which is poisoned, bounded and checked.
#define SRL_SHARED(T, name, count) \
  auto& name = srl::emulator::shared_array<T, count, decltype([] {})>(srl::emulator::Place::current())

namespace srl::emulator {

template <class T, std::size_t count, class OfThisDeclaration>
auto& shared_array(Place where) {
  static constinit SharedArray array;
  return *static_cast<T(*)[count]>(static_shared(array, sizeof(T) * count, where));
}

/// Types that CUDA can shuffle.
template <class T>
concept Shuffled = std::is_arithmetic_v<T> && (sizeof(T) == 4 || sizeof(T) == 8);

struct ShuffleRecord {
  std::uint64_t value = 0, result = 0;
  unsigned source = 0;
};
void complete_shuffle(unsigned present, Records records, Place where);

template <Shuffled T>
T shuffle(unsigned mask, const char* word, T value, unsigned source, Place where) {
  ShuffleRecord record{.source = source};
  std::memcpy(&record.value, &value, sizeof value);
  meet(mask, word, &record, complete_shuffle, where);
  std::memcpy(&value, &record.result, sizeof value);
  return value;
}

unsigned ballot(unsigned mask, const char* word, bool value, Place where);
void synchronise_lanes(unsigned mask, Place where);

/// Lanes form groups of `width`. Returns the first lane of the caller's group.
inline unsigned group_begin(int width) {
  return here.lane & ~(static_cast<unsigned>(width) - 1);
}

}  // namespace srl::emulator

template <class T>
T* dynamic_shared() {
  return static_cast<T*>(srl::emulator::dynamic_shared_memory());
}

inline void __syncthreads(srl::emulator::Place where = srl::emulator::Place::current()) {
  srl::emulator::barrier(srl::emulator::Vote::none, false, where);
}
inline int __syncthreads_or(int value, srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::barrier(srl::emulator::Vote::any, value != 0, where);
}
inline int __syncthreads_and(int value, srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::barrier(srl::emulator::Vote::all, value != 0, where);
}
inline int __syncthreads_count(int value, srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::barrier(srl::emulator::Vote::count, value != 0, where);
}

inline void __syncwarp(unsigned mask = ~0u, srl::emulator::Place where = srl::emulator::Place::current()) {
  srl::emulator::synchronise_lanes(mask, where);
}
template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              srl::emulator::Place where = srl::emulator::Place::current()) {
  const unsigned in_group = static_cast<unsigned>(source) & (static_cast<unsigned>(width) - 1);
  return srl::emulator::shuffle(mask, "__shfl_sync", value, srl::emulator::group_begin(width) + in_group,
                                where);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int other, int width = 32,
                  srl::emulator::Place where = srl::emulator::Place::current()) {
  const unsigned lane = srl::emulator::here.lane, from = lane ^ static_cast<unsigned>(other);
  const bool later_group = from >= srl::emulator::group_begin(width) + static_cast<unsigned>(width);
  return srl::emulator::shuffle(mask, "__shfl_xor_sync", value, later_group ? lane : from, where);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32,
                   srl::emulator::Place where = srl::emulator::Place::current()) {
  const unsigned lane = srl::emulator::here.lane, from = lane + delta;
  const bool outside = from >= srl::emulator::group_begin(width) + static_cast<unsigned>(width);
  return srl::emulator::shuffle(mask, "__shfl_down_sync", value, outside ? lane : from, where);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32,
                 srl::emulator::Place where = srl::emulator::Place::current()) {
  const unsigned lane = srl::emulator::here.lane;
  const bool outside = lane < srl::emulator::group_begin(width) + delta;
  return srl::emulator::shuffle(mask, "__shfl_up_sync", value, outside ? lane : lane - delta, where);
}
inline unsigned __ballot_sync(unsigned mask, int value,
                              srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::ballot(mask, "__ballot_sync", value != 0, where);
}
inline int __any_sync(unsigned mask, int value,
                      srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::ballot(mask, "__any_sync", value != 0, where) != 0;
}
inline int __all_sync(unsigned mask, int value,
                      srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::ballot(mask, "__all_sync", value == 0, where) == 0;
}

// Atomics: indivisible, and others may run before and after. Whole numbers only: sums of floats in the order
// of arrival would not be repeatable.
namespace srl::emulator {
template <class T, class Change>
__attribute__((no_sanitize_thread)) T atomically(T* at, Place where, const Change& change) {
  maybe_preempt();
  note(Access::atomic, at, sizeof(T), here.number, where);
  const T old = *at;
  *at = change(old);
  maybe_preempt();
  return old;
}
template <class T>
concept Atomic = std::same_as<T, int> || std::same_as<T, unsigned> || std::same_as<T, unsigned long long>;
}  // namespace srl::emulator

#define SRL_EMULATED_ATOMIC(word, result)                                                       \
  template <srl::emulator::Atomic T>                                                            \
  T word(T* at, std::type_identity_t<T> value,                                                  \
         srl::emulator::Place where = srl::emulator::Place::current()) {                        \
    return srl::emulator::atomically(at, where, [=](T old) { return static_cast<T>(result); }); \
  }
SRL_EMULATED_ATOMIC(atomicAdd, old + value)
SRL_EMULATED_ATOMIC(atomicMax, old < value ? value : old)
SRL_EMULATED_ATOMIC(atomicMin, value < old ? value : old)
SRL_EMULATED_ATOMIC(atomicExch, (static_cast<void>(old), value))
SRL_EMULATED_ATOMIC(atomicOr, old | value)
SRL_EMULATED_ATOMIC(atomicAnd, (old)&value)
#undef SRL_EMULATED_ATOMIC
template <srl::emulator::Atomic T>
T atomicCAS(T* at, std::type_identity_t<T> compare, std::type_identity_t<T> value,
            srl::emulator::Place where = srl::emulator::Place::current()) {
  return srl::emulator::atomically(at, where, [=](T old) { return old == compare ? value : old; });
}
