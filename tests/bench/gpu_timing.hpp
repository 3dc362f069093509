#pragma once
// Timing on a GPU for the benchmarks: each figure is the median of 5 timings between two events, after two
// warm-up calls, and one JSON object on a line.
#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "device/device.hpp"
#include "device/dtype.hpp"
#include "device/memory.hpp"

namespace srl::test {

class GpuTiming {
 public:
  /// `small`: sizes for an emulated GPU, whose times say nothing about a card.
  explicit GpuTiming(bool small) : small_(small), stream_(gpu_) {}

 protected:
  void tell_device() const {
    std::cout << cat("{\"figure\":\"device\",\"name\":\"", device::visible_gpus().at(0).model,
                     "\",\"back_end\":\"", device::back_end_name(), "\"}")
              << std::endl;
  }

  double seconds_of(const std::function<void()>& work) {
    device::Event begin(gpu_, device::Event::Timing::on), end(gpu_, device::Event::Timing::on);
    const int calls = small_ ? 1 : 10;
    std::array<double, 5> seconds{};
    for (int warm = 0; warm < 2; ++warm) { work(); }
    for (double& one : seconds) {
      begin.record(stream_);
      for (int call = 0; call < calls; ++call) { work(); }
      end.record(stream_);
      end.wait();
      one = device::seconds_between(begin, end) / calls;
    }
    std::sort(seconds.begin(), seconds.end());
    return seconds[2];
  }

  void tell_memory(const std::string& figure, const std::string& shape, double bytes, double seconds) {
    const double rate = bytes / seconds;
    if (copy_rate_ == 0) { copy_rate_ = rate; }
    std::cout << cat("{\"figure\":\"", figure, "\",\"shape\":\"", shape,
                     "\",\"milliseconds\":", fixed(seconds * 1e3, 4),
                     ",\"gigabytes_per_second\":", fixed(rate / 1e9, 1),
                     ",\"of_copy\":", fixed(rate / copy_rate_, 3), "}")
              << std::endl;
  }

  /// Random numbers around 1: a card that multiplies zeros draws less power and runs faster.
  template <class T>
  void fill(const device::Buffer& buffer) {
    fill(buffer.as<T>());
  }
  template <class T>
  void fill(const device::Span<T>& all) {
    static const std::vector<T> block = [] {
      std::vector<T> values(1 << 20);
      std::minstd_rand random(1);
      for (T& value : values) {
        const float number = 0.5F + static_cast<float>(random() % 4096) / 4096.0F;
        if constexpr (std::is_same_v<T, device::Bf16>) {
          value = device::to_bf16(number);
        } else {
          value = number;
        }
      }
      return values;
    }();
    for (std::size_t at = 0; at < all.size(); at += block.size()) {
      const std::size_t count = std::min(block.size(), all.size() - at);
      device::upload(stream_, all.part(at, count), std::span(block).first(count));
    }
  }

  /// Compared with everything else that memory limits.
  void copies() {
    const std::size_t bytes = small_ ? 1 << 16 : std::size_t{1} << 30;
    const device::Buffer from(stream_, bytes), to(stream_, bytes);
    fill<float>(from);
    tell_memory("copy", human_bytes(static_cast<double>(bytes)), 2.0 * static_cast<double>(bytes),
                seconds_of([&] { device::copy(stream_, to.bytes(), from.bytes()); }));
  }

  bool small_;
  device::Device gpu_{device::Kind::cuda, 0};
  device::Stream stream_;
  double copy_rate_ = 0;
};

/// main() of a benchmark on a GPU.
template <class Bench>
int run_gpu_bench(const char* name, int argc, char** argv) {
  try {
    if (device::visible_gpus().empty()) { throw EnvironmentError("no GPU is visible"); }
    Bench(argc > 1 && std::string(argv[1]) == "small").run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << '\n';
    return 1;
  }
}

}  // namespace srl::test
