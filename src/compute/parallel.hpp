#pragma once
// Parallel loops on the OpenMP threads that LibTorch's matrix products use, so that two thread pools never
// compete for the same cores. The range is split by index; a body must give the same result for any split.
#include <cstdint>
#include <type_traits>

namespace srl::compute {

namespace detail {
using Body = void (*)(void* context, std::int64_t begin, std::int64_t end);
void run_parallel(std::int64_t count, std::int64_t grain, Body body, void* context);
}  // namespace detail

/// Number of threads that a loop may use: OpenMP's setting, which LibTorch shares.
int compute_threads();
/// Limits the loops of the calling thread, and of no other, to itself.
void one_thread_here();

/// Calls body(begin, end) for pieces of [0, count): at most one piece per thread, each of at least `grain`
/// items if count allows. Rethrows the first exception. Inside another parallel loop it runs only on the
/// calling thread.
template <class F>
void parallel_for(std::int64_t count, std::int64_t grain, F&& body) {
  using Function = std::remove_reference_t<F>;
  detail::run_parallel(
      count, grain,
      [](void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<Function*>(context))(begin, end);
      },
      &body);
}

}  // namespace srl::compute
