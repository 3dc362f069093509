// Speed of this GPU's kernels and products: one JSON object per line.
//   gpu_bench [small]     small: sizes for an emulated GPU, whose times say nothing about a card
//
// Kernels that are limited by memory are compared with a copy on the same card (`of_copy`). Products are
// given in TFLOP/s: 2 rows n k operations. Shapes are those of Qwen2.5-0.5B, 1.5B and 7B.
#include <functional>
#include <iostream>
#include <vector>

#include "base/strings.hpp"
#include "bench/gpu_timing.hpp"
#include "compute/adamw.hpp"
#include "compute/head_rows.hpp"
#include "compute/norm.hpp"
#include "compute/paged_attention.hpp"
#include "compute/products.hpp"
#include "device/array_builder.hpp"

namespace {

using namespace srl;
using device::Bf16;
using device::Buffer;

class Bench : srl::test::GpuTiming {
 public:
  using GpuTiming::GpuTiming;

  void run() {
    tell_device();
    copies();
    decode_attention();
    norms();
    optimizer();
    head();
    products();
  }

 private:
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

  /// Completions of their own prompts: every key and value is read once. 28 heads, 4 of keys, as in 7B.
  void decode_attention() {
    const std::int64_t rows = small_ ? 2 : 128, length = small_ ? 40 : 2048, heads = small_ ? 7 : 28,
                       kv_heads = small_ ? 1 : 4, dim = 128, pages_per_row = compute::pages_for(length);
    const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    const std::int64_t of_pages = rows * pages_per_row * 2 * compute::page_tokens * kv_heads * dim;
    const Buffer memory(stream_, size(2 * of_pages)), queries(stream_, size(2 * rows * heads * dim)),
        out(stream_, size(2 * rows * heads * dim));
    fill<Bf16>(memory);
    fill<Bf16>(queries);
    std::vector<compute::PageId> ids(size(rows * pages_per_row));
    for (std::size_t i = 0; i < ids.size(); ++i) { ids[i] = static_cast<compute::PageId>(i); }
    std::vector<compute::PagedRow> attending;
    for (std::int64_t r = 0; r < rows; ++r) {
      attending.push_back(
          {std::span(ids).subspan(size(r * pages_per_row), size(pages_per_row)), length, 0, r});
    }
    const compute::AttentionPlan plan = compute::plan_attention(attending, heads / kv_heads);
    const Buffer arrays(
        stream_, 4 * (4 * plan.items.size() + 2 * plan.row.size() + plan.pages.size() + size(rows) + 1)),
        partial(stream_, 4 * compute::attention_partial(plan, heads, dim));
    device::ArrayBuilder builder(arrays.as<std::int32_t>());
    const compute::GpuAttentionPlan on_gpu = compute::add_plan(builder, plan);
    builder.upload(stream_);
    const compute::GpuPages pages(memory.as<Bf16>(), 1, kv_heads, dim);
    tell_memory("decode_attention", cat(rows, " rows of ", length, " positions, ", heads, " heads"),
                2.0 * static_cast<double>(of_pages), seconds_of([&] {
                  compute::paged_attention<Bf16>(stream_, {queries.as<Bf16>(), rows, heads * dim}, on_gpu,
                                                 pages, 0, {out.as<Bf16>(), rows, heads * dim},
                                                 partial.as<float>());
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
};

}  // namespace

int main(int argc, char** argv) {
  return srl::test::run_gpu_bench<Bench>("gpu_bench", argc, argv);
}
