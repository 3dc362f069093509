// The build without CUDA: there are no device buffers.
#include "base/error.hpp"
#include "comm/gpu/device_group.hpp"

namespace srl::comm {

std::string make_group_id() {
  throw EnvironmentError(
      "collectives on GPU memory: this build has no CUDA; build with the preset cuda-release");
}

std::shared_ptr<DeviceGroup> join_group(const std::string&, int, int, int) {
  throw Bug("a device group without CUDA");
}

std::string nccl_version_text() {
  return "none";
}

}  // namespace srl::comm
