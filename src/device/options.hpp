#pragma once
// Which device and which number type a job computes with.

#include "config/options.hpp"

namespace srl::device {

enum class DeviceChoice { automatic, cpu, cuda };
SRL_WORDS(DeviceChoice, "auto", "cpu", "cuda");

enum class DtypeChoice { automatic, fp32, bf16, fp64 };
SRL_WORDS(DtypeChoice, "auto", "fp32", "bf16", "fp64");

struct DeviceOptions {
  DeviceChoice device = DeviceChoice::automatic;
  DtypeChoice dtype = DtypeChoice::automatic;  ///< automatic: fp32 on a CPU; fp64 for replayed rollouts only
  void visit(config::Visitor& v);
  void visit_device(config::Visitor& v);  ///< for a job that has only one dtype
};

}  // namespace srl::device
