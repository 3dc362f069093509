#pragma once
// Loops over the threads that LibTorch's matrix products use (OpenMP), so that two pools never fight for the
// same cores. Pieces are cut by index; a body must give the same result however the range is cut.
#include <cstdint>
#include <type_traits>

namespace srl::model {

namespace detail {
using Body = void (*)(void* context, std::int64_t begin, std::int64_t end);
void run_parallel(std::int64_t count, std::int64_t grain, Body body, void* context);
}  // namespace detail

/// Threads a loop may use: OpenMP's setting, which LibTorch shares.
int compute_threads();
/// For the calling thread's loops and LibTorch's products.
void set_compute_threads(int count);

/// body(begin, end) over [0, count), at most one piece a thread, none smaller than `grain` but the last. The
/// first exception is rethrown. Inside another parallel loop it runs on the calling thread alone.
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

}  // namespace srl::model
