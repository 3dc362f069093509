// Compares safetensors files of F32 or F64 tensors. The exit code is 1 when they differ too much.
//   compare_tensors A B LIMIT         ‖a-b‖₂/‖a‖₂ of each tensor must be at most LIMIT
//   compare_tensors A B LIMIT START   ‖a-b‖₂/‖a-start‖₂ over all tensors must be at most LIMIT
// The second form compares two changes of the same parameters.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "model/files/safetensors.hpp"

namespace {

/// Element i of a tensor of dtype F32 or F64.
double value(std::string_view bytes, const std::string& dtype, std::size_t i) {
  if (dtype == "F64") {
    double v = 0;
    std::memcpy(&v, bytes.data() + 8 * i, 8);
    return v;
  }
  float v = 0;
  std::memcpy(&v, bytes.data() + 4 * i, 4);
  return static_cast<double>(v);
}

int compare_changes(const srl::model::SafetensorsFile& a, const srl::model::SafetensorsFile& b,
                    const srl::model::SafetensorsFile& start, double limit) {
  double difference = 0, change = 0;
  for (const auto& entry : a.entries()) {
    const auto *other = b.find(entry.name), *before = start.find(entry.name);
    if (other == nullptr || before == nullptr || other->shape != entry.shape ||
        before->shape != entry.shape) {
      std::cerr << entry.name << " is missing or has another shape in one of the files\n";
      return 1;
    }
    const std::size_t count = (entry.end - entry.begin) / (entry.dtype == "F64" ? 8 : 4);
    for (std::size_t i = 0; i < count; ++i) {
      const double x = value(a.bytes(entry), entry.dtype, i), y = value(b.bytes(*other), other->dtype, i);
      const double old = value(start.bytes(*before), before->dtype, i);
      difference += (x - y) * (x - y);
      change += (x - old) * (x - old);
    }
  }
  const double relative = std::sqrt(difference / change);
  std::cout << "difference relative to the change: " << relative << "\n";
  return change > 0 && relative <= limit ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) { return 2; }
  const srl::model::SafetensorsFile a(argv[1]), b(argv[2]);
  const double limit = std::atof(argv[3]);
  if (argc == 5) { return compare_changes(a, b, srl::model::SafetensorsFile(argv[4]), limit); }
  double worst = 0, norm = 0;
  for (const auto& entry : a.entries()) {
    const auto* other = b.find(entry.name);
    if (other == nullptr || other->shape != entry.shape || other->dtype != entry.dtype) {
      std::cerr << entry.name << " is missing or has another shape or dtype in " << argv[2] << "\n";
      return 1;
    }
    double difference = 0, size = 0;
    const std::size_t count = (entry.end - entry.begin) / (entry.dtype == "F64" ? 8 : 4);
    for (std::size_t i = 0; i < count; ++i) {
      const double x = value(a.bytes(entry), entry.dtype, i), y = value(b.bytes(*other), entry.dtype, i);
      difference += (x - y) * (x - y);
      size += x * x;
    }
    norm += size;
    if (size > 0) {
      worst = std::max(worst, std::sqrt(difference / size));
    } else if (difference > 0) {
      worst = INFINITY;
    }
  }
  std::cout << "worst relative difference of a tensor: " << worst << "\n";
  if (norm == 0) {
    std::cerr << "all gradients are zero: nothing was compared\n";
    return 1;
  }
  return worst <= limit ? 0 : 1;
}
