#pragma once
// Arithmetic of complex numbers with 64-bit mantissas and a running error bound.
#include <complex>
#include <cstdint>
#include <limits>
#include <optional>

namespace srl::grading {

struct Approximation {
  std::complex<long double> value;
  long double error = 0;  ///< |value - exact| is at most this, to first order
};

namespace approximation {

using Real = long double;
using Complex = std::complex<Real>;
/// Empty when the value is not finite or more than half of its digits are lost. This holds for all functions
/// here.
using Value = std::optional<Approximation>;

inline constexpr Real unit = std::numeric_limits<Real>::epsilon();

/// Returns `value`, with the rounding error of the result added to `error`.
Value made(Complex value, Real error);
Value sum(const Approximation& x, const Approximation& y);
Value product(const Approximation& x, const Approximation& y);
Value quotient(const Approximation& x, const Approximation& y);
bool is_real(const Approximation& x);
/// Principal value.
Value logarithm(const Approximation& x);
/// x^y. A y that is an integer within its error is used as this integer.
Value general_power(const Approximation& x, const Approximation& y);
/// n >= 2. For negative x and odd n the real root: \sqrt[3]{-8} = -2.
Value real_root(const Approximation& x, std::int64_t n);
/// Floor or ceiling. A value that is an integer within its error gives this integer.
Value rounded(const Approximation& x, bool up);
/// Gamma(x + shift) of a real x, which is (x + shift - 1)! for integers. The error is that of tgamma (some
/// units), plus that of the argument times a bound of the slope, which grows near the poles.
Value gamma(const Approximation& x, int shift);

}  // namespace approximation
}  // namespace srl::grading
