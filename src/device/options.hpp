#pragma once
// Which device and which number type a job computes with.

#include "config/options.hpp"

namespace srl::device {

enum class DeviceChoice { automatic, cpu, cuda };
constexpr auto words_of(DeviceChoice) {
  return words<DeviceChoice>(
      {{"auto", DeviceChoice::automatic}, {"cpu", DeviceChoice::cpu}, {"cuda", DeviceChoice::cuda}});
}

enum class DtypeChoice { automatic, fp32, bf16, fp64 };
constexpr auto words_of(DtypeChoice) {
  return words<DtypeChoice>({{"auto", DtypeChoice::automatic},
                             {"fp32", DtypeChoice::fp32},
                             {"bf16", DtypeChoice::bf16},
                             {"fp64", DtypeChoice::fp64}});
}

struct DeviceOptions {
  DeviceChoice device = DeviceChoice::automatic;
  DtypeChoice dtype = DtypeChoice::automatic;  ///< automatic: fp32 on a CPU; fp64 for replayed rollouts only
  void visit(config::Visitor& v);
  void visit_device(config::Visitor& v);  ///< for a job that has only one dtype
};

}  // namespace srl::device
