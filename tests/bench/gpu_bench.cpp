// Speed of this GPU's kernels and products: one JSON object per line.
//   gpu_bench [small]     small: sizes for an emulated GPU, whose times say nothing about a card
//
// Each figure is the median of 5 timings between two events, after two warm-up calls. Kernels that are
// limited by memory are compared with a copy on the same card (`of_copy`). Products are given in TFLOP/s: 2
// rows n k operations. Shapes are those of Qwen2.5-0.5B, 1.5B and 7B.
#include <algorithm>
#include <array>
#include <functional>
#include <iostream>
#include <random>
#include <vector>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "compute/adamw.hpp"
#include "compute/head_rows.hpp"
#include "compute/norm.hpp"
#include "compute/products.hpp"
#include "device/device.hpp"
#include "device/dtype.hpp"
#include "device/memory.hpp"

namespace {

using namespace srl;
using device::Bf16;
using device::Buffer;
using device::Span;

class Bench {
 public:
  explicit Bench(bool small) : small_(small), stream_(gpu_) {}

  void run() {
    std::cout << cat("{\"figure\":\"device\",\"name\":\"", device::visible_gpus().at(0).model,
                     "\",\"back_end\":\"", device::back_end_name(), "\"}")
              << std::endl;
    copies();
    norms();
    optimizer();
    head();
    products();
  }

 private:
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
  void fill(const Buffer& buffer) {
    static const std::vector<T> block = [] {
      std::vector<T> values(1 << 20);
      std::minstd_rand random(1);
      for (T& value : values) {
        const float number = 0.5F + static_cast<float>(random() % 4096) / 4096.0F;
        if constexpr (std::is_same_v<T, Bf16>) {
          value = device::to_bf16(number);
        } else {
          value = number;
        }
      }
      return values;
    }();
    const Span<T> all = buffer.as<T>();
    for (std::size_t at = 0; at < all.size(); at += block.size()) {
      const std::size_t count = std::min(block.size(), all.size() - at);
      device::upload(stream_, all.part(at, count), std::span(block).first(count));
    }
  }

  void copies() {
    const std::size_t bytes = small_ ? 1 << 16 : std::size_t{1} << 30;
    const Buffer from(stream_, bytes), to(stream_, bytes);
    fill<float>(from);
    tell_memory("copy", human_bytes(static_cast<double>(bytes)), 2.0 * static_cast<double>(bytes),
                seconds_of([&] { device::copy(stream_, to.bytes(), from.bytes()); }));
  }

  void norms() {
    const std::int64_t rows = small_ ? 8 : 16384, width = 3584;
    const auto elements = static_cast<std::size_t>(rows * width);
    const Buffer x(stream_, elements * 2), out(stream_, elements * 2),
        weight(stream_, static_cast<std::size_t>(width) * 2),
        scale(stream_, static_cast<std::size_t>(rows) * 4);
    fill<Bf16>(x);
    fill<Bf16>(weight);
    tell_memory("rms_norm", cat(rows, " x ", width), 4.0 * static_cast<double>(elements), seconds_of([&] {
                  compute::rms_norm<Bf16>(stream_, {x.as<Bf16>(), rows, width}, weight.as<Bf16>(), 1e-6F,
                                          {out.as<Bf16>(), rows, width}, scale.as<float>());
                }));
  }

  void optimizer() {
    const std::size_t count = small_ ? 4096 : std::size_t{1} << 26;
    const Buffer master(stream_, 4 * count), weights(stream_, 2 * count), gradients(stream_, 4 * count),
        first(stream_, 4 * count), second(stream_, 4 * count);
    for (const Buffer* buffer : {&master, &gradients, &first, &second}) { fill<float>(*buffer); }
    const compute::GpuAdamWArrays arrays{master.as<float>(), weights.as<Bf16>(), gradients.as<float>(),
                                         first.as<float>(), second.as<float>()};
    const compute::AdamWStep<float> step({}, 1e-6, 1.0, 1);
    // Reads master, gradient and moments, writes master, moments and the bf16 weight.
    tell_memory("adamw", cat(count, " weights"), 30.0 * static_cast<double>(count),
                seconds_of([&] { compute::adamw(stream_, arrays, step, true); }));
  }

  void head() {
    const std::int64_t rows = small_ ? 4 : 2048, vocabulary = small_ ? 4096 : 152064;
    const auto elements = static_cast<std::size_t>(rows * vocabulary);
    const auto bytes = static_cast<std::size_t>(rows) * 4;
    const Buffer logits(stream_, elements * 4), largest(stream_, bytes), normaliser(stream_, bytes),
        entropy(stream_, bytes);
    fill<float>(logits);
    tell_memory("row_statistics", cat(rows, " x ", vocabulary), 4.0 * static_cast<double>(elements),
                seconds_of([&] {
                  compute::row_statistics(stream_, {logits.as<float>(), rows, vocabulary}, 1.0F,
                                          {largest.as<float>(), normaliser.as<float>(), entropy.as<float>()});
                }));
  }

  struct Shape {
    const char* model;
    std::int64_t hidden, attention_out, feed_forward;
  };
  static constexpr Shape shapes[] = {{"Qwen2.5-0.5B", 896, 1152, 4864},
                                     {"Qwen2.5-1.5B", 1536, 2048, 8960},
                                     {"Qwen2.5-7B", 3584, 4608, 18944}};

  void products() {
    const Buffer workspace(stream_, small_ ? 1 << 20 : compute::product_workspace);
    compute::Products products(gpu_, workspace.bytes());
    for (const Shape& shape : shapes) {
      const std::int64_t divisor = small_ ? 32 : 1;
      product(products, cat(shape.model, " query, key, value"), shape.hidden / divisor,
              shape.attention_out / divisor);
      product(products, cat(shape.model, " gate and up"), shape.hidden / divisor,
              2 * shape.feed_forward / divisor);
      product(products, cat(shape.model, " down"), shape.feed_forward / divisor, shape.hidden / divisor);
    }
  }

  void product(compute::Products& products, const std::string& name, std::int64_t k, std::int64_t n) {
    const std::int64_t rows = small_ ? 16 : 8192;
    const auto bytes = [](std::int64_t count, std::size_t each) {
      return static_cast<std::size_t>(count) * each;
    };
    const Buffer x(stream_, bytes(rows * k, 2)), weight(stream_, bytes(n * k, 2)),
        out(stream_, bytes(rows * n, 2)), dweight(stream_, bytes(n * k, 4));
    for (const Buffer* buffer : {&x, &weight, &out}) { fill<Bf16>(*buffer); }
    fill<float>(dweight);
    const compute::GpuRows<Bf16> inputs(x.as<Bf16>(), rows, k), outputs(out.as<Bf16>(), rows, n);
    const compute::GpuRows<const Bf16> weights(weight.as<Bf16>(), n, k);
    const compute::GpuRows<float> gradients(dweight.as<float>(), n, k);
    const auto tell = [&](const char* what, double seconds) {
      const double operations = 2.0 * static_cast<double>(rows) * static_cast<double>(n * k);
      std::cout << cat("{\"figure\":\"", what, "\",\"shape\":\"", name, ", ", rows, " x ", k, " x ", n,
                       "\",\"milliseconds\":", fixed(seconds * 1e3, 4),
                       ",\"teraflops\":", fixed(operations / seconds / 1e12, 2), "}")
                << std::endl;
    };
    tell("product", seconds_of([&] { products.forward<Bf16, Bf16>(stream_, inputs, weights, outputs); }));
    tell("input gradient",
         seconds_of([&] { products.input_gradient<Bf16, Bf16>(stream_, outputs, weights, inputs); }));
    tell("weight gradient", seconds_of([&] {
           products.weight_gradient<Bf16, float>(stream_, outputs, inputs, gradients, gradients);
         }));
  }

  bool small_;
  device::Device gpu_{device::Kind::cuda, 0};
  device::Stream stream_;
  double copy_rate_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    if (device::visible_gpus().empty()) { throw EnvironmentError("no GPU is visible"); }
    Bench(argc > 1 && std::string(argv[1]) == "small").run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "gpu_bench: " << error.what() << '\n';
    return 1;
  }
}
