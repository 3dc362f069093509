// The build without GPUs: there is no memory of any.
#include "base/error.hpp"
#include "comm/gpu/device_group.hpp"

namespace srl::comm {

std::string make_group_id() {
  throw EnvironmentError(
      "collectives on GPU memory: this build has no CUDA; build with the preset cuda-release");
}

std::shared_ptr<DeviceGroup> join_group(const Communicator&, const std::string&, const device::Device&) {
  throw Bug("a device group without GPUs");
}

std::string device_group_version() {
  return "none";
}

}  // namespace srl::comm
