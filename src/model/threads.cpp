#include <ATen/Parallel.h>

#include "model/parallel.hpp"

namespace srl::model {

// LibTorch sets OpenMP's and MKL's counts together.
void set_compute_threads(int count) {
  at::set_num_threads(count);
}

void compute_on_this_thread_alone() {
  at::internal::lazy_init_num_threads();  // later it would set this thread's count to that of the others
  compute::one_thread_here();
}

}  // namespace srl::model
