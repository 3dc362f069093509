#pragma once
// Two implementations of the same work that run in turn: medians, and the spread of the ratios of
// neighbouring runs. Other load on the machine slows both runs of a pair, so their ratio changes little.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace srl::bench {

struct Pairs {
  std::vector<double> ours, theirs;  ///< rates (more is better), one pair per repeat

  static double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
  }
  /// "all-reduce 64 MiB: ours 1234, MPI_Allreduce 1240 MB/s; ratio 0.99 (0.97 to 1.02), 7 pairs"
  void print(const std::string& what, const std::string& reference, const std::string& unit) const {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < ours.size(); ++i) { ratios.push_back(ours[i] / theirs[i]); }
    const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
    std::printf("%s: ours %.0f, %s %.0f %s; ratio %.2f (%.2f to %.2f), %zu pairs\n", what.c_str(),
                median(ours), reference.c_str(), median(theirs), unit.c_str(), median(ratios), *least, *most,
                ratios.size());
    std::fflush(stdout);
  }
};

}  // namespace srl::bench
