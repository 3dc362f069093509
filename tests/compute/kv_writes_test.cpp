// Keys and values written into pages on a GPU against the CPU in fp64.
#include "compute/schedules.hpp"
#include "compute/writing_case.hpp"

namespace srl::compute::testing {
namespace {

class KvWrites : public OnAGpu {
 protected:
  /// `without_page`: a row that writes no key and no value; none if it is negative.
  template <class T>
  Written<T> write(const WritingCase<T>& of, std::int64_t without_page = -1) {
    const Span<T> rows = on_gpu(of.qkv), kept = on_gpu(of.memory);
    const GpuPagesOf<T> pages(kept, 2, of.kv_heads, of.head_dim);
    const Span<std::int32_t> positions = on_gpu(of.position);
    std::vector<std::int32_t> page = of.position;
    if (without_page >= 0) { page[static_cast<std::size_t>(without_page)] = no_page; }
    GpuQkvWeightsOf<T> weights;
    weights.eps = of.eps;
    if (of.has_bias) { weights.bias = on_gpu(of.bias); }
    if (of.has_norm) {
      weights.norm_q = on_gpu(of.norm_q);
      weights.norm_k = on_gpu(of.norm_k);
    }
    write_keys_and_values(stream(), GpuRows<T>(rows, of.rows, of.width()), weights,
                          {positions, on_gpu(of.cosine), on_gpu(of.sine), of.head_dim}, on_gpu(page), pages,
                          1);
    return {on_host(rows), on_host(kept)};
  }
};

TEST_F(KvWrites, AreCloseToFp64) {
  const auto expect = [&]<class T>(T) {
    for (const WritingCase<T>& of : {WritingCase<T>{1, 1, 1, 24, false, false},
                                     {3, 4, 2, 24, true, true},
                                     {18, 2, 1, 64, true, false},
                                     {2, 4, 1, 128, false, true}}) {
      const Written<T> kernel = write(of);
      const Written<float> plain = write_formula<float>(of);
      const Written<double> reference = write_on_cpu<double>(of);
      expect_close(kernel.first, rounded_to<T>(plain.first), reference.first, "queries");
      expect_close(kernel.second, rounded_to<T>(plain.second), reference.second, "pages");
      expect_equal_bits(schedules_of(of.head_dim == 24), [&] { return write(of); });
    }
  };
  expect(Bf16{});
  expect(float{});
}

TEST_F(KvWrites, ARowWithoutPageLeavesThePagesAlone) {
  const WritingCase<float> of{5, 4, 2, 24, true, true};
  const Written<float> all = write(of), some = write(of, 3);
  EXPECT_EQ(some.first, all.first);
  const std::size_t page = of.memory.size() / 5;
  std::vector<float> expected = all.second;
  std::copy_n(of.memory.begin() + static_cast<std::ptrdiff_t>(3 * page), page,
              expected.begin() + static_cast<std::ptrdiff_t>(3 * page));
  EXPECT_EQ(some.second, expected);
  EXPECT_NE(expected, all.second);
}

TEST_F(KvWrites, WrongShapesAreRefused) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(2 * 2 * 16 * 24));
  EXPECT_THROW(GpuPages(memory, 1, 1, 12), Bug);
  EXPECT_THROW(GpuPages(memory.part(1, 100), 1, 1, 24), Bug);
  const GpuPages pages(memory, 1, 1, 24);
  EXPECT_EQ(pages.count, 2);
  const Span<float> some = on_gpu(std::vector<float>(24));
  const Span<std::int32_t> ints = on_gpu(std::vector<std::int32_t>(3));
  const GpuRows<Bf16> rows(memory, 2, 72);
  const GpuRotation rotation{ints.first(2), some, some, 24};
  EXPECT_THROW(write_keys_and_values(stream(), rows, {}, rotation, ints, pages, 0), Bug);
  EXPECT_THROW(write_keys_and_values(stream(), rows, {}, rotation, ints.first(2), pages, 1), Bug);
  EXPECT_THROW(
      write_keys_and_values(stream(), GpuRows<Bf16>(memory, 2, 48), {}, rotation, ints.first(2), pages, 0),
      Bug);
}

}  // namespace
}  // namespace srl::compute::testing
