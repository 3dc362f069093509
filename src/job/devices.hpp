#pragma once
// Chooses each rank's device from the GPUs that all ranks of its node see. The call is collective, so that no
// rank continues if another has no device.
#include <string>

#include "comm/communicator.hpp"
#include "device/device.hpp"

namespace srl::job {

struct FoundDevice {
  device::Device device;
  std::string gpu;      ///< "NVIDIA H100 80GB HBM3, 79.6 GiB" if the device is a GPU
  std::string trouble;  ///< why this rank has no device (device::choose); `device` is then not valid
};
/// Collective over `world`. It never throws BadOption, because srl_check reports the trouble of each rank.
FoundDevice find_device(const device::DeviceOptions& options, const comm::Communicator& world);

/// Collective. The rank's device. If some rank has none, all ranks throw BadOption. The message says what is
/// missing, and on which rank.
FoundDevice settle(const device::DeviceOptions& options, const comm::Communicator& world);

}  // namespace srl::job
