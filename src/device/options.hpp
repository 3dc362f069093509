#pragma once
// Which device a job computes on, and in which type.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"

namespace srl::device {

struct DeviceOptions {
  std::string device = "auto";   ///< auto | cpu | cuda
  std::string dtype = "auto";    ///< auto = fp32 on a CPU, bf16 on a GPU; fp32 | bf16 | fp64 (fp64 for replayed rollouts only)
  void visit(config::Visitor& v);
  void visit_device(config::Visitor& v);   ///< for a job that has one dtype only
};

}  // namespace srl::device
