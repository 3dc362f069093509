#include "grading/compare/approximation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace srl::grading::approximation {

Value made(Complex value, Real error) {
  const Real size = std::abs(value);
  error += 4 * unit * size;
  if (size <= 4 * error && error < 1e-12L) { return Approximation{0, error}; }  // sin pi, ln 1
  if (!std::isfinite(size) || !std::isfinite(error) || error > 1e-9L * std::max<Real>(size, 1e-9L)) {
    return std::nullopt;
  }
  return Approximation{value, error};
}

Value product(const Approximation& x, const Approximation& y) {
  return made(x.value * y.value,
              std::abs(x.value) * y.error + std::abs(y.value) * x.error + x.error * y.error);
}

Value quotient(const Approximation& x, const Approximation& y) {
  const Real below = std::abs(y.value);
  if (below <= 4 * y.error) { return std::nullopt; }
  return made(x.value / y.value, (x.error + std::abs(x.value / y.value) * y.error) / (below - y.error));
}

bool is_real(const Approximation& x) {
  return std::fabs(x.value.imag()) <= 4 * x.error;
}

Value logarithm(const Approximation& x) {
  const Real size = std::abs(x.value);
  if (size <= 4 * x.error) { return std::nullopt; }
  const Complex exact = is_real(x) ? Complex(x.value.real(), 0) : x.value;  // on one branch
  return made(std::log(exact), x.error / (size - x.error));
}

Value real_root(const Approximation& x, std::int64_t n) {
  const Real size = std::abs(x.value);
  if (size <= 4 * x.error) { return size == 0 ? Value(Approximation{0, x.error}) : std::nullopt; }
  if (is_real(x) && x.value.real() < 0 && n % 2 != 0) {  // \sqrt[3]{-8} = -2
    const Real root = -std::pow(-x.value.real(), Real{1} / n);
    return made(root, std::fabs(root) * (x.error / size + unit));
  }
  const Complex exact = is_real(x) ? Complex(x.value.real(), 0) : x.value;
  const Complex root = n == 2 ? std::sqrt(exact) : std::pow(exact, Real{1} / n);
  return made(root, std::abs(root) * (x.error / size + 2 * unit));
}

namespace {

Value whole_power(Approximation x, std::int64_t n) {
  Value result = Approximation{1, 0}, square = x;
  for (std::uint64_t k = n < 0 ? -n : n; k > 0; k >>= 1) {
    if (k & 1) { result = result && square ? product(*result, *square) : std::nullopt; }
    if (k > 1) { square = square ? product(*square, *square) : std::nullopt; }
  }
  return n < 0 && result ? quotient({1, 0}, *result) : result;
}

}  // namespace

namespace {

// The odd denominator of a fraction p/q with q from 3 to 15; 0 if it is another number.
std::int64_t odd_denominator(const Approximation& y) {
  if (std::abs(y.value.imag()) > 0 || y.error > 64 * unit * std::max<Real>(1, std::abs(y.value))) {
    return 0;
  }
  for (std::int64_t q = 3; q <= 15; q += 2) {
    const Real above = y.value.real() * q;
    if (std::fabs(above) < 1e4L &&
        std::fabs(above - std::nearbyint(above)) <= q * (4 * y.error + 4 * unit * std::fabs(above))) {
      return q;
    }
  }
  return 0;
}

}  // namespace

Value general_power(const Approximation& x, const Approximation& y) {
  const Real whole = std::nearbyint(y.value.real());
  if (y.error <= 64 * unit * std::max<Real>(1, std::abs(y.value)) &&
      std::abs(y.value - whole) <= 4 * y.error && std::fabs(whole) < 1e6L) {
    return whole_power(x, std::llround(whole));
  }
  if (std::abs(x.value) == 0 && y.value.real() > 0) { return Approximation{0, 0}; }
  if (const std::int64_t root = is_real(x) && x.value.real() < 0 ? odd_denominator(y) : 0; root > 0) {
    const Value base = real_root(x, root);
    return base ? whole_power(*base, std::llround(y.value.real() * root)) : std::nullopt;
  }
  const Value log = logarithm(x);
  const Value exponent = log ? product(*log, y) : std::nullopt;
  if (!exponent || exponent->value.real() > 10000) { return std::nullopt; }
  const Complex power = std::exp(exponent->value);
  return made(power, std::abs(power) * (exponent->error + 2 * unit));
}

Value rounded(const Approximation& x, bool up) {
  const Real nearest = std::nearbyint(x.value.real());
  if (!is_real(x) || x.value.real() > 1e15L) { return std::nullopt; }
  if (std::fabs(x.value.real() - nearest) <= 64 * x.error + unit) { return Approximation{nearest, 0}; }
  return Approximation{up ? std::ceil(x.value.real()) : std::floor(x.value.real()), 0};
}

Value sum(const Approximation& x, const Approximation& y) {
  const Complex total = x.value + y.value;
  const Real error = x.error + y.error + unit * std::max(std::abs(x.value), std::abs(y.value));
  if (std::abs(total) <= 4 * error) {
    return error < 1e-12L ? Value(Approximation{0, error}) : std::nullopt;  // a difference of equal numbers
  }
  return made(total, error);
}

Value gamma(const Approximation& x, int shift) {
  const Real at = x.value.real() + shift;
  const Real pole = at > 0.5L ? at : std::fabs(at - std::nearbyint(at));
  if (!is_real(x) || at > 1700 || at < -1700 || pole < 1e-3L) { return std::nullopt; }
  const Real result = std::tgamma(at);
  const Real slope = std::fabs(result) * (std::log(std::fabs(at) + 2) + 1 / pole);
  return made(result, slope * (x.error + 4 * unit * std::fabs(at)) + 64 * unit * std::fabs(result));
}

}  // namespace srl::grading::approximation
