// Products on a GPU against plain loops in fp64; on the emulated GPU also which algorithms are asked for.
#include "compute/products.hpp"

#include <array>
#include <utility>

#include "compute/schedules.hpp"
#ifdef SRL_EMULATED
#include "compute/gpu/products/asked.hpp"
#endif

namespace srl::compute::testing {
namespace {

/// Inputs in T.
template <class T>
struct ProductCase {
  std::int64_t rows, n, k;
  std::vector<T> x, weight, dout;

  ProductCase(std::int64_t row_count, std::int64_t out, std::int64_t in)
      : rows(row_count),
        n(out),
        k(in),
        x(random_elements<T>(static_cast<std::size_t>(rows * k), 1)),
        weight(random_elements<T>(static_cast<std::size_t>(n * k), 2)),
        dout(random_elements<T>(static_cast<std::size_t>(rows * n), 3)) {}
  std::string text() const {
    return std::to_string(rows) + " rows, " + std::to_string(n) + " x " + std::to_string(k) + " in " +
           std::string(word(device::dtype_of<T>()));
  }
};

/// Of T or of the type that sums are in.
template <class T>
struct Results {
  std::vector<T> out, dx, dweight;
  bool operator==(const Results&) const = default;
};

/// Added to `start`, the sums in S in order.
template <class S, class T>
Results<S> formula(const ProductCase<T>& of, const Results<S>& start) {
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

template <class T, class In>
Results<T> random_start(const ProductCase<In>& of, float factor) {
  return {random_elements<T>(of.dout.size(), 5, factor), random_elements<T>(of.x.size(), 6, factor),
          random_elements<T>(of.weight.size(), 7, factor)};
}

/// Where the addend is: there is none, the result's own matrix, or another.
enum class AddendIs { nothing, the_result, another };

class ProductsOnAGpu : public OnAGpu {
 protected:
  Products& products() {
    if (!products_) {
      products_.emplace(stream().device(), on_gpu(std::vector<std::byte>(std::size_t{1} << 20)));
    }
    return *products_;
  }
  template <class T, class In>
  Results<T> run(const ProductCase<In>& of, const Results<T>& start, AddendIs is) {
    const GpuRows<In> x(on_gpu(of.x), of.rows, of.k), weight(on_gpu(of.weight), of.n, of.k),
        dout(on_gpu(of.dout), of.rows, of.n);
    const auto begin = [&](const std::vector<T>& elements, std::int64_t rows, std::int64_t width) {
      const GpuRows<T> addend(on_gpu(elements), is == AddendIs::nothing ? 0 : rows, width);
      if (is == AddendIs::the_result) { return std::pair(addend, addend); }
      return std::pair(GpuRows<T>(on_gpu(random_elements<T>(elements.size(), 8, 100)), rows, width), addend);
    };
    const auto [out, to_out] = begin(start.out, of.rows, of.n);
    const auto [dx, to_dx] = begin(start.dx, of.rows, of.k);
    const auto [dweight, to_dweight] = begin(start.dweight, of.n, of.k);
    products().forward<In>(stream(), x, weight, out, to_out);
    products().input_gradient<In>(stream(), dout, weight, dx, to_dx);
    products().weight_gradient<In>(stream(), dout, x, dweight, to_dweight);
    return {on_host(out), on_host(dx), on_host(dweight)};
  }
  template <class T, class In>
  Results<T> run(const ProductCase<In>& of) {
    return run(of, random_start<T>(of, 0), AddendIs::nothing);
  }
  template <class T, class In>
  void expect_close_products(const ProductCase<In>& of) {
    for (const AddendIs is : {AddendIs::nothing, AddendIs::the_result, AddendIs::another}) {
      const Results<T> start = random_start<T>(of, is == AddendIs::nothing ? 0.0F : 1.0F),
                       kernel = run(of, start, is);
      const auto in = [&]<class S>(S) {
        return formula<S>(of, {values_as<S>(start.out), values_as<S>(start.dx), values_as<S>(start.dweight)});
      };
      const Results<float> plain = in(0.0F);
      const Results<double> reference = in(0.0);
      expect_close(kernel.out, rounded_to<T>(plain.out), reference.out, of.text() + ", out");
      expect_close(kernel.dx, rounded_to<T>(plain.dx), reference.dx, of.text() + ", dx");
      expect_close(kernel.dweight, rounded_to<T>(plain.dweight), reference.dweight, of.text() + ", dweight");
    }
  }
  /// The last rows of x and dout alone give the bits that they give among the others.
  template <class T>
  void expect_equal_rows() {
    const ProductCase<T> many(67, 32, 40);
    const auto last_rows = [&](std::int64_t rows) {
      ProductCase<T> few(rows, 32, 40);
      few.weight = many.weight;
      few.x.assign(many.x.end() - rows * few.k, many.x.end());
      few.dout.assign(many.dout.end() - rows * few.n, many.dout.end());
      return run<T>(few);
    };
    const Results<T> all = last_rows(67);
    for (const std::int64_t rows : {1, 2, 7, 8, 16, 33, 64}) {
      const Results<T> few = last_rows(rows);
      EXPECT_EQ(few.out, std::vector<T>(all.out.end() - rows * 32, all.out.end())) << rows;
      EXPECT_EQ(few.dx, std::vector<T>(all.dx.end() - rows * 40, all.dx.end())) << rows;
    }
  }

 private:
  std::optional<Products> products_;
};

TEST_F(ProductsOnAGpu, AreCloseToFp64) {
  // Also widths that 16 bytes do not divide.
  for (const auto& [rows, n, k] :
       {std::array{1, 8, 8}, {3, 24, 64}, {33, 72, 24}, {5, 3, 7}, {130, 20, 12}, {4, 2, 6}}) {
    expect_close_products<Bf16>(ProductCase<Bf16>(rows, n, k));
    expect_close_products<float>(ProductCase<Bf16>(rows, n, k));
    expect_close_products<float>(ProductCase<float>(rows, n, k));
  }
}

TEST_F(ProductsOnAGpu, MatricesMayHaveGaps) {
  const ProductCase<Bf16> of(4, 8, 16);
  const auto spread = [](const auto& matrix, std::size_t width, auto gap) {
    std::vector wide(matrix.size() / width * (width + 8), gap);
    for (std::size_t i = 0; i < matrix.size(); ++i) { wide[i / width * (width + 8) + i % width] = matrix[i]; }
    return wide;
  };
  const auto bf16_rows = [&](const std::vector<Bf16>& matrix, std::int64_t rows) {
    return GpuRows<Bf16>(on_gpu(spread(matrix, 16, Bf16{0x7fff})), rows, 16, 24);
  };
  const Results<float> start = random_start<float>(of, 1);
  const GpuRows<float> addend(on_gpu(spread(start.out, 8, std::nanf(""))), 4, 8, 16);
  for (const bool adds : {false, true}) {
    const Span<float> out = on_gpu(std::vector<float>(4 * 12, 7));
    products().forward<Bf16>(stream(), bf16_rows(of.x, 4), bf16_rows(of.weight, 8),
                             GpuRows<float>(out, 4, 8, 12), adds ? addend : GpuRows<float>({}, 0, 8));
    const std::vector<float> found = on_host(out),
                             expected = run(of, start, adds ? AddendIs::another : AddendIs::nothing).out;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i], i % 12 < 8 ? expected[i / 12 * 8 + i % 12] : 7) << i;
    }
  }
}

// What the emulated GPU shows is the order of work; on a card this is the check of equal rows.
TEST_F(ProductsOnAGpu, ARowDoesNotDependOnTheOthers) {
  expect_equal_rows<Bf16>();
  expect_equal_rows<float>();
}

TEST_F(ProductsOnAGpu, BitsAreEqualUnderEverySchedule) {
  const ProductCase<Bf16> of(9, 16, 24);
  const ProductCase<float> in_fp32(9, 16, 24);
  expect_equal_bits(many_schedules, [&] {
    return std::pair(run(of, random_start<float>(of, 1), AddendIs::the_result),
                     run(in_fp32, random_start<float>(of, 1), AddendIs::another));
  });
}

TEST_F(ProductsOnAGpu, NoRowsAndWrongShapes) {
  const Span<Bf16> memory = on_gpu(std::vector<Bf16>(4 * 16));
  const GpuRows<Bf16> x(memory, 2, 16), weight(memory, 4, 16), out(memory, 2, 4), none(memory, 0, 16);
  const GpuRows<Bf16> nothing(memory, 0, 4);
  const auto forward = [&](const GpuRows<Bf16>& of, const GpuRows<Bf16>& to, const GpuRows<Bf16>& addend) {
    products().forward<Bf16>(stream(), of, weight, to, addend);
  };
  forward(none, nothing, nothing);
  products().input_gradient<Bf16>(stream(), nothing, weight, none);
  EXPECT_THROW(products().weight_gradient<Bf16>(stream(), nothing, none, weight), Bug);
  EXPECT_THROW(forward(x, weight, nothing), Bug);
  EXPECT_THROW(forward(out, out, nothing), Bug);
  EXPECT_THROW(forward(x, out, GpuRows<Bf16>(memory, 1, 4)), Bug);
  EXPECT_THROW(products().input_gradient<Bf16>(stream(), x, weight, x), Bug);
  EXPECT_THROW(products().weight_gradient<Bf16>(stream(), out, weight, weight), Bug);
  // n and k are multiples of 4, so rows begin at multiples of 8 bytes.
  EXPECT_NO_THROW(forward(GpuRows<Bf16>(memory.part(4, 32), 2, 16), out, nothing));
  EXPECT_THROW(forward(GpuRows<Bf16>(memory.part(2, 32), 2, 16), out, nothing), Bug);
  EXPECT_THROW(forward(GpuRows<Bf16>(memory, 2, 16, 18), out, nothing), Bug);
  EXPECT_THROW(forward(x, out, GpuRows<Bf16>(memory.part(2, 8), 2, 4)), Bug);
  // In fp32, 4 elements are 16 bytes.
  const Span<float> floats = memory.as<float>();
  const GpuRows<float> four(floats, 4, 4);
  EXPECT_THROW(products().forward<float>(stream(), GpuRows<float>(floats.part(2, 8), 2, 4), four,
                                         GpuRows<float>(floats, 2, 4)),
               Bug);
}

#ifdef SRL_EMULATED
TEST_F(ProductsOnAGpu, EveryWeightShapeHasOneAlgorithm) {
  const std::size_t before = emulated::algorithms_asked().size();
  std::set<std::uint64_t> algorithms;
  for (const std::int64_t rows : {1, 2, 8, 31, 32, 33, 300, 1, 8}) {
    for (const auto& [n, k] : {std::pair<std::int64_t, std::int64_t>{40, 56}, {56, 40}, {40, 48}}) {
      const ProductCase<Bf16> of(rows, n, k);
      run<Bf16>(of);
      run(of, random_start<float>(of, 0), AddendIs::the_result);
      run<float>(ProductCase<float>(rows, n, k));
    }
  }
  std::size_t kinds = 0;
  for (const auto& [kind, asked] : emulated::algorithms_asked()) {
    if (kind.n < 40 || kind.k < 40) { continue; }
    EXPECT_EQ(asked.size(), 1U) << kind.n << " x " << kind.k;
    algorithms.insert(asked.begin(), asked.end());
    ++kinds;
  }
  EXPECT_EQ(kinds, 3U * 3U * 3U);  // shapes, forms and pairs of types
  EXPECT_EQ(algorithms.size(), kinds);
  EXPECT_GE(emulated::algorithms_asked().size(), before + kinds);
}
#endif

}  // namespace
}  // namespace srl::compute::testing
