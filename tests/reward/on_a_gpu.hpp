#pragma once
// A GPU with a stream and a workspace for similarities. Tests are skipped where no GPU is visible.
#include <gmock/gmock.h>

#include <optional>

#include "device/device.hpp"
#include "device/memory.hpp"

namespace srl::reward::testing {

class OnAGpu : public ::testing::Test {
 protected:
  void SetUp() override {
    if (device::visible_gpus().empty()) { GTEST_SKIP() << "this machine has no visible GPU"; }
    stream_.emplace(device::Device{device::Kind::cuda, 0});
    buffer_.emplace(*stream_, std::size_t{8} << 20);
  }
  const device::Stream& stream() const { return *stream_; }
  device::Span<std::byte> workspace() const { return buffer_->bytes(); }

  /// A size for kernels that report every access, for an emulated GPU, and for a real one.
  static std::size_t few_or_many(std::size_t checked, std::size_t emulated, std::size_t real) {
#if defined(SRL_CHECKED) && !defined(SRL_EVERY_SHAPE)
    return static_cast<void>(emulated), static_cast<void>(real), checked;
#else
    return device::back_end_name() == "emulated" ? emulated : (static_cast<void>(checked), real);
#endif
  }

 private:
  std::optional<device::Stream> stream_;
  std::optional<device::Buffer> buffer_;
};

}  // namespace srl::reward::testing
