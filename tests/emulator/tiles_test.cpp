// Tensor-core products, loads of their fragments, and copies that continue meanwhile: against plain loops.
#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <random>

#include "emulator/kernels.hpp"

namespace srl::emulator::testing {
namespace {

std::uint16_t bf16(float value) {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}
float number(std::uint16_t bits) {
  return std::bit_cast<float>(std::uint32_t{bits} << 16);
}
std::vector<std::uint16_t> random_numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint16_t> values(count);
  for (std::uint16_t& value : values) { value = bf16(static_cast<float>(random() % 2001) / 500 - 2); }
  return values;
}

/// [m, n] in fp64.
std::vector<double> reference(const std::vector<std::uint16_t>& a, const std::vector<std::uint16_t>& b, int m,
                              int n, int k) {
  std::vector<double> c;
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      double sum = 0;
      for (int l = 0; l < k; ++l) {
        sum += static_cast<double>(number(a[static_cast<std::size_t>(i * k + l)])) *
               number(b[static_cast<std::size_t>(j * k + l)]);
      }
      c.push_back(sum);
    }
  }
  return c;
}

TEST(Tiles, OneInstructionMultipliesAndAdds) {
  // Whole numbers, all different: a fragment in a wrong place cannot hide.
  std::vector<std::uint16_t> a, b;
  for (int i = 0; i < 256; ++i) { a.push_back(bf16(static_cast<float>(i % 128))); }
  for (int i = 0; i < 128; ++i) { b.push_back(bf16(static_cast<float>(i * 37 % 128))); }
  std::vector<float> d(128);
  for (std::size_t i = 0; i < d.size(); ++i) { d[i] = static_cast<float>(i) * 1000; }
  one_product(a.data(), b.data(), d.data(), 5);
  const std::vector<double> expected = reference(a, b, 16, 8, 16);
  for (std::size_t i = 0; i < d.size(); ++i) {
    EXPECT_EQ(d[i], expected[i] + static_cast<double>(i) * 1000) << i;
  }
}

TEST(Tiles, AProductThroughSharedMemoryUnderEverySchedule) {
  const int m = 128, n = 64, k = 80;
  const auto a = random_numbers(static_cast<std::size_t>(m * k), 1),
             b = random_numbers(static_cast<std::size_t>(n * k), 2);
  const std::vector<double> expected = reference(a, b, m, n, k);
  std::vector<float> first;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    std::vector<float> c(static_cast<std::size_t>(m * n), std::nanf(""));
    product(a.data(), b.data(), c.data(), m, n, k, seed);
    if (seed == 0) { first = c; }
    ASSERT_EQ(c, first) << "seed " << seed;
  }
  for (std::size_t i = 0; i < first.size(); ++i) { EXPECT_NEAR(first[i], expected[i], 1e-4); }
}

TEST(Tiles, LoadsBringEachLaneItsElements) {
  for (const int count : {1, 2, 4}) {
    std::vector<std::uint16_t> matrices;
    for (int i = 0; i < count * 64; ++i) { matrices.push_back(static_cast<std::uint16_t>(i)); }
    for (const bool transposed : {false, true}) {
      const std::vector<std::uint16_t> got = loaded(matrices, count, transposed, 7);
      for (int lane = 0; lane < 32; ++lane) {
        for (int matrix = 0; matrix < count; ++matrix) {
          for (int half = 0; half < 2; ++half) {
            const int row = lane / 4, column = lane % 4 * 2 + half;
            const int element = transposed ? column * 8 + row : row * 8 + column;
            EXPECT_EQ(got[static_cast<std::size_t>((lane * count + matrix) * 2 + half)],
                      matrix * 64 + element);
          }
        }
      }
    }
  }
}

TEST(Tiles, CopiesArriveAndWhatIsOutsideIsZero) {
  std::vector<float> from(128);
  for (std::size_t i = 0; i < from.size(); ++i) { from[i] = static_cast<float>(i + 1); }
  for (const int bytes : {4, 8, 16}) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      std::vector<float> expected = from;
      std::fill(expected.begin() + 64, expected.end(), 0.0F);
      EXPECT_EQ(copied(from, bytes, 128, seed), from);
      EXPECT_EQ(copied(from, bytes, 64, seed), expected);
    }
  }
}

}  // namespace
}  // namespace srl::emulator::testing
