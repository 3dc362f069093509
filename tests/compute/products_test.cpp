// Products on a GPU against plain loops in fp64; on the emulated GPU also which algorithms are asked for.
#include "compute/products.hpp"

#include "compute/schedules.hpp"
#ifdef SRL_EMULATED
#include "compute/gpu/products/asked.hpp"
#endif

namespace srl::compute::testing {
namespace {

struct ProductCase {
  std::int64_t rows, n, k;
  std::vector<Bf16> x, weight, dout;

  ProductCase(std::int64_t row_count, std::int64_t out, std::int64_t in)
      : rows(row_count),
        n(out),
        k(in),
        x(random_elements<Bf16>(static_cast<std::size_t>(rows * k), 1)),
        weight(random_elements<Bf16>(static_cast<std::size_t>(n * k), 2)),
        dout(random_elements<Bf16>(static_cast<std::size_t>(rows * n), 3)) {}
  std::string text() const {
    return std::to_string(rows) + " rows, " + std::to_string(n) + " x " + std::to_string(k);
  }
};

/// Of T or of the type that sums are in.
template <class T>
struct Results {
  std::vector<T> out, dx, dweight;
  bool operator==(const Results&) const = default;
};

/// Added to `start`, the sums in S in order.
template <class S>
Results<S> formula(const ProductCase& of, const Results<S>& start) {
  const std::vector<S> x = values_as<S>(of.x), weight = values_as<S>(of.weight), dout = values_as<S>(of.dout);
  const auto at = [](const std::vector<S>& matrix, std::int64_t width, std::int64_t r, std::int64_t i) {
    return matrix[static_cast<std::size_t>(r * width + i)];
  };
  const auto add = [](std::vector<S>& to, std::int64_t rows, std::int64_t width, std::int64_t inner,
                      const auto& term) {
    for (std::int64_t r = 0; r < rows; ++r) {
      for (std::int64_t i = 0; i < width; ++i) {
        S sum = 0;
        for (std::int64_t c = 0; c < inner; ++c) { sum += term(r, i, c); }
        to[static_cast<std::size_t>(r * width + i)] += sum;
      }
    }
  };
  Results<S> result = start;
  add(result.out, of.rows, of.n, of.k, [&](std::int64_t r, std::int64_t i, std::int64_t c) {
    return at(x, of.k, r, c) * at(weight, of.k, i, c);
  });
  add(result.dx, of.rows, of.k, of.n, [&](std::int64_t r, std::int64_t i, std::int64_t c) {
    return at(dout, of.n, r, c) * at(weight, of.k, c, i);
  });
  add(result.dweight, of.n, of.k, of.rows, [&](std::int64_t r, std::int64_t i, std::int64_t c) {
    return at(dout, of.n, c, r) * at(x, of.k, c, i);
  });
  return result;
}

template <class T>
Results<T> random_start(const ProductCase& of, float factor) {
  return {random_elements<T>(of.dout.size(), 5, factor), random_elements<T>(of.x.size(), 6, factor),
          random_elements<T>(of.weight.size(), 7, factor)};
}

class ProductsOnAGpu : public OnAGpu {
 protected:
  Products& products() {
    if (!products_) {
      products_.emplace(stream().device(), on_gpu(std::vector<std::byte>(std::size_t{1} << 20)));
    }
    return *products_;
  }
  template <class T>
  Results<T> run(const ProductCase& of, const Results<T>& start, Result result) {
    const GpuRows<Bf16> x(on_gpu(of.x), of.rows, of.k), weight(on_gpu(of.weight), of.n, of.k),
        dout(on_gpu(of.dout), of.rows, of.n);
    const Span<T> out = on_gpu(start.out), dx = on_gpu(start.dx), dweight = on_gpu(start.dweight);
    products().forward(stream(), x, weight, GpuRows<T>(out, of.rows, of.n), result);
    products().input_gradient(stream(), dout, weight, GpuRows<T>(dx, of.rows, of.k), result);
    products().weight_gradient(stream(), dout, x, GpuRows<T>(dweight, of.n, of.k), result);
    return {on_host(out), on_host(dx), on_host(dweight)};
  }
  template <class T>
  void expect_close_products(const ProductCase& of, Result result) {
    const Results<T> start = random_start<T>(of, result == Result::added ? 1.0F : 0.0F);
    const Results<T> kernel = run<T>(of, result == Result::added ? start : random_start<T>(of, 100), result);
    const auto in = [&]<class S>(S) {
      return formula<S>(of, {values_as<S>(start.out), values_as<S>(start.dx), values_as<S>(start.dweight)});
    };
    const Results<float> plain = in(0.0F);
    const Results<double> reference = in(0.0);
    expect_close(kernel.out, rounded_to<T>(plain.out), reference.out, of.text() + ", out");
    expect_close(kernel.dx, rounded_to<T>(plain.dx), reference.dx, of.text() + ", dx");
    expect_close(kernel.dweight, rounded_to<T>(plain.dweight), reference.dweight, of.text() + ", dweight");
  }

 private:
  std::optional<Products> products_;
};

// Also widths that 16 bytes do not divide.
const std::vector<ProductCase> cases{{1, 8, 8}, {3, 24, 64}, {33, 72, 24}, {5, 3, 7}, {130, 20, 12}};

TEST_F(ProductsOnAGpu, AreCloseToFp64) {
  for (const ProductCase& of : cases) {
    for (const Result result : {Result::overwritten, Result::added}) {
      expect_close_products<Bf16>(of, result);
      expect_close_products<float>(of, result);
    }
  }
}

TEST_F(ProductsOnAGpu, MatricesMayHaveGaps) {
  const ProductCase of(4, 8, 16);
  const auto spread = [](const std::vector<Bf16>& matrix, std::size_t width) {
    std::vector<Bf16> wide(matrix.size() / width * (width + 8), Bf16{0x7fff});
    for (std::size_t i = 0; i < matrix.size(); ++i) { wide[i / width * (width + 8) + i % width] = matrix[i]; }
    return wide;
  };
  const Span<float> out = on_gpu(std::vector<float>(4 * 12, 7));
  products().forward(stream(), GpuRows<Bf16>(on_gpu(spread(of.x, 16)), 4, 16, 24),
                     GpuRows<Bf16>(on_gpu(spread(of.weight, 16)), 8, 16, 24), GpuRows<float>(out, 4, 8, 12));
  const std::vector<float> found = on_host(out),
                           expected = run<float>(of, random_start<float>(of, 0), Result::overwritten).out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i], i % 12 < 8 ? expected[i / 12 * 8 + i % 12] : 7) << i;
  }
}

// What the emulated GPU shows is the order of work; on a card this is the check of equal rows.
TEST_F(ProductsOnAGpu, ARowDoesNotDependOnTheOthers) {
  const ProductCase many(67, 32, 40);
  const auto rows_of = [&](std::int64_t rows) {
    ProductCase few(rows, 32, 40);
    few.weight = many.weight;
    few.x.assign(many.x.end() - rows * few.k, many.x.end());
    few.dout.assign(many.dout.end() - rows * few.n, many.dout.end());
    return run<Bf16>(few, random_start<Bf16>(few, 0), Result::overwritten);
  };
  const Results<Bf16> all = rows_of(67);
  for (const std::int64_t rows : {1, 2, 7, 8, 16, 33, 64}) {
    const Results<Bf16> few = rows_of(rows);
    EXPECT_EQ(few.out, std::vector<Bf16>(all.out.end() - rows * 32, all.out.end())) << rows;
    EXPECT_EQ(few.dx, std::vector<Bf16>(all.dx.end() - rows * 40, all.dx.end())) << rows;
  }
}

TEST_F(ProductsOnAGpu, BitsAreEqualUnderEverySchedule) {
  const ProductCase of(9, 16, 24);
  expect_equal_bits(many_schedules,
                    [&] { return run<float>(of, random_start<float>(of, 1), Result::added); });
}

TEST_F(ProductsOnAGpu, NoRowsAndWrongShapes) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(4 * 16));
  const GpuRows<Bf16> x(memory, 2, 16), weight(memory, 4, 16), out(memory, 2, 4), none(memory, 0, 16);
  const GpuRows<Bf16> nothing(memory, 0, 4);
  products().forward(stream(), none, weight, nothing);
  products().input_gradient(stream(), nothing, weight, none);
  EXPECT_THROW(products().weight_gradient(stream(), nothing, none, weight), Bug);
  EXPECT_THROW(products().forward(stream(), x, weight, weight), Bug);
  EXPECT_THROW(products().forward(stream(), out, weight, out), Bug);
  EXPECT_THROW(products().input_gradient(stream(), x, weight, x), Bug);
  EXPECT_THROW(products().weight_gradient(stream(), out, weight, weight), Bug);
  // n and k are multiples of 4, so rows begin at multiples of 8 bytes.
  EXPECT_NO_THROW(products().forward(stream(), GpuRows<Bf16>(memory.part(4, 32), 2, 16), weight, out));
  EXPECT_THROW(products().forward(stream(), GpuRows<Bf16>(memory.part(2, 32), 2, 16), weight, out), Bug);
  EXPECT_THROW(products().forward(stream(), GpuRows<Bf16>(memory, 2, 16, 18), weight, out), Bug);
}

#ifdef SRL_EMULATED
TEST_F(ProductsOnAGpu, EveryWeightShapeHasOneAlgorithm) {
  const std::size_t before = emulated::algorithms_asked().size();
  std::set<std::uint64_t> algorithms;
  for (const std::int64_t rows : {1, 2, 8, 31, 32, 33, 300, 1, 8}) {
    for (const auto& [n, k] : {std::pair<std::int64_t, std::int64_t>{40, 56}, {56, 40}, {40, 48}}) {
      const ProductCase of(rows, n, k);
      run<Bf16>(of, random_start<Bf16>(of, 0), Result::overwritten);
      run<float>(of, random_start<float>(of, 0), Result::added);
    }
  }
  std::size_t kinds = 0;
  for (const auto& [kind, asked] : emulated::algorithms_asked()) {
    if (kind.n < 40 || kind.k < 40) { continue; }
    EXPECT_EQ(asked.size(), 1U) << kind.n << " x " << kind.k;
    algorithms.insert(asked.begin(), asked.end());
    ++kinds;
  }
  EXPECT_EQ(kinds, 3U * 3U * 2U);  // shapes, forms and types of the result
  EXPECT_EQ(algorithms.size(), kinds);
  EXPECT_GE(emulated::algorithms_asked().size(), before + kinds);
}
#endif

}  // namespace
}  // namespace srl::compute::testing
