#pragma once
// The weights that a run starts from, sent from rank 0 to the GPUs of all ranks.
#include <functional>

#include "comm/communicator.hpp"
#include "device/memory.hpp"
#include "device/stream.hpp"
#include "model/gpu_parameters.hpp"
#include "training/gpu/sharding.hpp"

namespace srl::training {

/// Collective. Copies fp32 weights of rank 0 into every rank's `weights`, rounded to nearest, and into
/// `master` [sharding.owned] what the rank owns of them, if it is not empty; gaps at the ends of buckets
/// become zero. Sends 64 MiB at a time, so that only rank 0 has host memory for all weights; calls `tick`
/// after each piece. Waits.
void send_start_weights(const model::Parameters& host, const Sharding& sharding,
                        const comm::Communicator& world, const device::Stream& stream,
                        const model::GpuWeights& weights, device::Span<float> master,
                        const std::function<void()>& tick);

}  // namespace srl::training
