#pragma once
// The rank's device by what every rank of its node is shown: asked together, so that nobody goes on where
// another cannot.
#include <string>

#include "comm/communicator.hpp"
#include "device/device.hpp"

namespace srl::job {

struct FoundDevice {
  device::Device device;
  std::string gpu;      ///< "NVIDIA H100 80GB HBM3, 79.6 GiB" where the device is one
  std::string trouble;  ///< why there is no device for this rank (device::choose); then `device` says nothing
};
/// Collective over `world`; never a BadOption: srl_check tells the trouble of each rank.
FoundDevice find_device(const device::DeviceOptions& options, const comm::Communicator& world);

/// Collective: the rank's device. BadOption on every rank when some rank has none: says what is missing, and
/// on which rank.
FoundDevice settle(const device::DeviceOptions& options, const comm::Communicator& world);

/// Collective, for jobs with a model. Models are computed on the CPU so far: `auto` and `cpu` pass, `cuda` is
/// a BadOption on every rank that names both what this machine lacks (with the ranks concerned) and that.
void settle_on_cpu(const device::DeviceOptions& options, const comm::Communicator& world);

}  // namespace srl::job
