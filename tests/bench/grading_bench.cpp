// Measures the speed of grading. Grades the JSON lines {"prediction", "reference"} on stdin ROUNDS times and
// prints one JSON line.
//   grading_bench [ROUNDS] < pairs.jsonl
//   grading_bench hard            the slowest of the pairs whose work tests/grading/bounds_test.cpp limits
// tests/bench/peers/grading_bench.py compares it with math-verify.
#include <algorithm>
#include <iostream>
#include <string>

#include "base/json.hpp"
#include "base/timer.hpp"
#include "grading/grading.hpp"
#include "grading/hard_inputs.hpp"

namespace {

double seconds_of(const std::string& prediction, const std::string& reference) {
  const srl::Timer timer;
  srl::grading::grade(prediction, reference, {});
  return timer.seconds();
}

/// Each pair counts with the fastest of three runs, because other programs disturb the timing.
void print_hard_pairs() {
  double slowest = 0;
  std::string which;
  for (const auto& [prediction, reference] : srl::grading::testing::hard_pairs()) {
    double best = 1e9;
    for (int run = 0; run < 3; ++run) { best = std::min(best, seconds_of(prediction, reference)); }
    if (best > slowest) { which = prediction.substr(0, 30); }
    slowest = std::max(slowest, best);
  }
  std::cout << "{\"slowest_us\":" << slowest * 1e6 << ",\"begins\":" << srl::Json(which).dump() << "}\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "hard") {
    print_hard_pairs();
    return 0;
  }
  const int rounds = argc > 1 ? std::stoi(argv[1]) : 20;
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::string line; std::getline(std::cin, line);) {
    const srl::Json row = srl::Json::parse(line, "stdin");
    pairs.emplace_back(row.at("prediction").as_string(), row.at("reference").as_string());
  }
  int correct = 0;
  double slowest = 0;
  const srl::Timer all;
  for (int round = 0; round < rounds; ++round) {
    correct = 0;
    for (const auto& [prediction, reference] : pairs) {
      correct += srl::grading::grade(prediction, reference, {}).correct;
    }
  }
  const double mean = all.seconds() / rounds / static_cast<double>(pairs.size());
  for (const auto& [prediction, reference] : pairs) {
    slowest = std::max(slowest, seconds_of(prediction, reference));
  }
  std::cout << "{\"pairs\":" << pairs.size() << ",\"correct\":" << correct << ",\"us\":" << mean * 1e6
            << ",\"slowest_us\":" << slowest * 1e6 << "}\n";
}
