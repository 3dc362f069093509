#include "device/options.hpp"

namespace srl::device {

void DeviceOptions::visit_device(config::Visitor& v) {
  v.section("");
  v.option("device", device,
           "device that computes the model; auto: a GPU if there is one and the job can use it");
}

void DeviceOptions::visit(config::Visitor& v) {
  visit_device(v);
  v.option("dtype", dtype,
           "type of weights and activations; auto: fp32 on a CPU, bf16 on a GPU; bf16 is only for GPUs, fp64 "
           "only for replayed rollouts on a CPU");
}

}  // namespace srl::device
