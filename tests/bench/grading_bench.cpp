// Speed of grading: JSON lines {"prediction", "reference"} on stdin graded a number of times; one JSON line
// out.
//   grading_bench [ROUNDS] < pairs.jsonl
// tests/bench/peers/grading_bench.py runs it beside math-verify.
#include <algorithm>
#include <iostream>
#include <string>

#include "base/json.hpp"
#include "base/timer.hpp"
#include "grading/grading.hpp"

int main(int argc, char** argv) {
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
    const srl::Timer one;
    srl::grading::grade(prediction, reference, {});
    slowest = std::max(slowest, one.seconds());
  }
  std::cout << "{\"pairs\":" << pairs.size() << ",\"correct\":" << correct << ",\"us\":" << mean * 1e6
            << ",\"slowest_us\":" << slowest * 1e6 << "}\n";
}
