#include "device/options.hpp"

namespace srl::device {

void DeviceOptions::visit_device(config::Visitor& v) {
  v.section("");
  v.option("device", device, "models are computed on the CPU so far: auto or cpu; cuda says what is missing", config::Choices{{"auto", "cpu", "cuda"}});
}

void DeviceOptions::visit(config::Visitor& v) {
  visit_device(v);
  v.option("dtype", dtype, "of weights and activations; auto = fp32 on a CPU, bf16 on a GPU; fp64 only with replayed rollouts",
           config::Choices{{"auto", "fp32", "fp64"}, {"bf16"}});
}

}  // namespace srl::device
