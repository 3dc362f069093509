#pragma once
// The OpenMP threads of LibTorch's matrix products and of the suite's own loops.
#include "compute/parallel.hpp"

namespace srl::model {

using compute::compute_threads;
using compute::parallel_for;
/// Sets the number for the calling thread's loops and LibTorch's products.
void set_compute_threads(int count);
/// For a thread beside the computing ones: its loops and LibTorch's run on it alone. Others keep their count.
void compute_on_this_thread_alone();

}  // namespace srl::model
