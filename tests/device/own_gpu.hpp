#pragma once
// The GPU that tests of this room use, real or emulated. Tests are skipped if there is none.
#include <gmock/gmock.h>

#include <vector>

#include "device/device.hpp"
#include "device/memory.hpp"

namespace srl::device::testing {

class OnAGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (visible_gpus().empty()) { GTEST_SKIP() << "no GPU here"; }
  }
  Device gpu_{Kind::cuda, 0};
};

inline std::vector<float> numbers(const Stream& stream, Span<const float> values) {
  std::vector<float> host(values.size());
  download(stream, std::span(host), values);
  return host;
}

inline std::vector<float> counted_from(float begin, std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) { values[i] = begin + static_cast<float>(i); }
  return values;
}

}  // namespace srl::device::testing
