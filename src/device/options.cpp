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
           "type of weights and activations; auto is fp32; fp64 is only for replayed rollouts",
           {{DtypeChoice::automatic, DtypeChoice::fp32, DtypeChoice::fp64}, {DtypeChoice::bf16}});
}

}  // namespace srl::device
