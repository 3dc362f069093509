#include <ATen/Parallel.h>

#include "model/parallel.hpp"

namespace srl::model {

// LibTorch sets OpenMP's and MKL's counts together.
void set_compute_threads(int count) {
  at::set_num_threads(count);
}

}  // namespace srl::model
