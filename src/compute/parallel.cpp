// Compiled with OpenMP. The only file with OpenMP pragmas.
#include "compute/parallel.hpp"

#include <omp.h>

#include <algorithm>
#include <exception>

namespace srl::compute {

int compute_threads() {
  return omp_get_max_threads();
}

void one_thread_here() {
  omp_set_num_threads(1);
}

namespace detail {

void run_parallel(std::int64_t count, std::int64_t grain, Body body, void* context) {
  if (count <= 0) { return; }
  const std::int64_t pieces = std::max<std::int64_t>(1, count / std::max<std::int64_t>(1, grain));
  const std::int64_t workers = std::min<std::int64_t>(pieces, omp_get_max_threads());
  if (workers <= 1 || omp_in_parallel()) {
    body(context, 0, count);
    return;
  }
  std::exception_ptr failure;
#pragma omp parallel num_threads(workers)
  {
    const std::int64_t thread = omp_get_thread_num(), all = omp_get_num_threads();
    const std::int64_t begin = count * thread / all, end = count * (thread + 1) / all;
    try {
      if (begin < end) { body(context, begin, end); }
    } catch (...) {
#pragma omp critical(srl_compute_failure)
      if (!failure) { failure = std::current_exception(); }
    }
  }
  if (failure) { std::rethrow_exception(failure); }
}

}  // namespace detail
}  // namespace srl::compute
