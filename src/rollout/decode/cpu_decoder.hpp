#pragma once
// Decoding on the CPU, in fp32.
#include <memory>

#include "base/thread_pool.hpp"
#include "model/parameters.hpp"
#include "rollout/decode/decoder.hpp"

namespace srl::rollout {

/// Reads the weights in place. Our loops and LibTorch's get the pool's number of threads. BadInput for head
/// sizes that generation does not support.
std::unique_ptr<Decoder> make_cpu_decoder(const model::Parameters& parameters, ThreadPool& pool);

}  // namespace srl::rollout
