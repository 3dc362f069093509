#pragma once
// Arithmetic of complex numbers of 64-bit mantissas with a running bound of their error.
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
/// Nothing where the value is not finite or more than half of its digits are lost; so it is with all
/// functions here.
using Value = std::optional<Approximation>;

inline constexpr Real unit = std::numeric_limits<Real>::epsilon();

/// `value` with the rounding of the result itself added to `error`.
Value made(Complex value, Real error);
Value sum(const Approximation& x, const Approximation& y);
Value product(const Approximation& x, const Approximation& y);
Value quotient(const Approximation& x, const Approximation& y);
bool is_real(const Approximation& x);
/// Principal value.
Value logarithm(const Approximation& x);
/// x^y; a y that is a whole number within its error is taken for it.
Value general_power(const Approximation& x, const Approximation& y);
/// n >= 2; of a negative x and an odd n the real root: \sqrt[3]{-8} = -2.
Value real_root(const Approximation& x, std::int64_t n);
/// Floor or ceiling; a whole number within the error is that number.
Value rounded(const Approximation& x, bool up);
/// Gamma(x + shift) of a real: (x + shift - 1)! between the whole numbers too. Its error is some units of
/// tgamma's own and the argument's, which counts |x log x| times above and by the distance to the next pole
/// below.
Value gamma(const Approximation& x, int shift);

}  // namespace approximation
}  // namespace srl::grading
