#include "grading/compare/intervals.hpp"

#include <algorithm>
#include <cmath>

namespace srl::grading {
namespace {

using Real = long double;
using Parts = RealIntervals;

}  // namespace

bool equal_ends(Real x, Real y, Real tolerance) {
  if (!std::isfinite(x) || !std::isfinite(y)) { return x == y; }
  return x == y || std::fabs(x - y) <= tolerance * std::max({std::fabs(x), std::fabs(y), Real{1e-9L}});
}

Parts settled(Parts parts) {
  std::erase_if(parts, [](const RealInterval& part) {
    return part.low > part.high ||
           (equal_ends(part.low, part.high) && !(part.low_closed && part.high_closed));
  });
  std::sort(parts.begin(), parts.end(), [](const RealInterval& x, const RealInterval& y) {
    return x.low != y.low ? x.low < y.low : x.low_closed > y.low_closed;
  });
  Parts joined;
  for (const RealInterval& part : parts) {
    const bool touches = !joined.empty() &&
                         (part.low < joined.back().high || (equal_ends(part.low, joined.back().high) &&
                                                            (part.low_closed || joined.back().high_closed)));
    if (!touches) {
      joined.push_back(part);
    } else if (equal_ends(part.high, joined.back().high)) {
      joined.back().high_closed = joined.back().high_closed || part.high_closed;
    } else if (part.high > joined.back().high) {
      joined.back().high = part.high;
      joined.back().high_closed = part.high_closed;
    }
  }
  return joined;
}

Parts complement(const Parts& parts) {
  Parts rest;
  Real low = -infinite;
  bool closed = false;
  for (const RealInterval& part : settled(parts)) {
    rest.push_back({low, part.low, closed, !part.low_closed && std::isfinite(part.low)});
    low = part.high;
    closed = !part.high_closed && std::isfinite(part.high);
  }
  rest.push_back({low, infinite, closed, false});
  return settled(rest);
}

Parts united(Parts x, const Parts& y) {
  x.insert(x.end(), y.begin(), y.end());
  return settled(std::move(x));
}

Parts intersection(const Parts& x, const Parts& y) {
  return complement(united(complement(x), complement(y)));
}

}  // namespace srl::grading
