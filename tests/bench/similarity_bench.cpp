// Measures the speed of the similarity. Compares the pairs on stdin (JSON lines {"a", "b"}) ROUNDS times and
// prints one JSON line.
//   similarity_bench [ROUNDS] [THREADS] [autojunk] < pairs.jsonl
//   similarity_bench hard LENGTH   the slowest of the pairs whose work tests/reward/searches_test.cpp limits
// tests/bench/peers/similarity_bench.py compares it with CPython's difflib and cydifflib. `alone` indexes b
// for every pair. `grouped` indexes b once for neighbouring pairs with the same b, as training does. All
// times are processor time, except for the wall time `wall`.
#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>

#include "base/json.hpp"
#include "base/thread_pool.hpp"
#include "base/timer.hpp"
#include "reward/hard_pairs.hpp"
#include "reward/similarity.hpp"

namespace {

/// Each pair counts with the slower of both orders and of both autojunk settings. Each of these is the faster
/// of two runs, because other programs disturb the timing.
void print_hard_pairs(std::size_t length) {
  double slowest = 0;
  std::string which;
  for (const srl::reward::testing::HardPair& pair : srl::reward::testing::hard_pairs(length)) {
    for (const int kind : {0, 1, 2, 3}) {
      double best = 1e9;
      for (int run = 0; run < 2; ++run) {
        const srl::Timer timer;
        srl::reward::matched_elements(kind % 2 ? pair.b : pair.a, kind % 2 ? pair.a : pair.b, kind >= 2);
        best = std::min(best, timer.seconds());
      }
      if (best > slowest) { which = pair.name; }
      slowest = std::max(slowest, best);
    }
  }
  std::cout << "{\"length\":" << length << ",\"slowest_us\":" << slowest * 1e6 << ",\"pair\":\"" << which
            << "\"}\n";
}

struct Pair {
  std::string a, b;
};

std::vector<Pair> read_pairs() {
  std::vector<Pair> pairs;
  for (std::string line; std::getline(std::cin, line);) {
    const srl::Json row = srl::Json::parse(line, "stdin");
    pairs.push_back({row.at("a").as_string(), row.at("b").as_string()});
  }
  return pairs;
}

// Starts of the runs of neighbouring pairs with the same b.
std::vector<std::size_t> group_starts(const std::vector<Pair>& pairs) {
  std::vector<std::size_t> starts;
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    if (k == 0 || pairs[k].b != pairs[k - 1].b) { starts.push_back(k); }
  }
  starts.push_back(pairs.size());
  return starts;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 2 && std::string(argv[1]) == "hard") {
    print_hard_pairs(std::stoul(argv[2]));
    return 0;
  }
  const int rounds = argc > 1 ? std::stoi(argv[1]) : 20, threads = argc > 2 ? std::stoi(argv[2]) : 1;
  srl::reward::SimilarityOptions options;
  options.strip = srl::reward::Strip::none;
  options.autojunk = argc > 3 && std::string(argv[3]) == "autojunk";
  const std::vector<Pair> pairs = read_pairs();
  const std::vector<std::size_t> starts = group_starts(pairs);
  srl::ThreadPool pool(threads);
  std::vector<double> ratios(pairs.size());

  double wall = 0;
  const auto all_rounds = [&](std::size_t count, const auto& body) {
    const std::clock_t start = std::clock();
    const srl::Timer timer;
    pool.for_range(static_cast<std::size_t>(rounds) * count, 4, [&](std::size_t begin, std::size_t end) {
      for (std::size_t k = begin; k < end; ++k) { body(k % count); }
    });
    wall = timer.seconds() / rounds / static_cast<double>(pairs.size()) * 1e6;
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / rounds /
           static_cast<double>(pairs.size()) * 1e6;
  };
  const double alone = all_rounds(pairs.size(), [&](std::size_t k) {
    ratios[k] = srl::reward::similarity(pairs[k].a, pairs[k].b, options);
  });
  const double grouped = all_rounds(starts.size() - 1, [&](std::size_t g) {
    const srl::reward::ExpertStep step(pairs[starts[g]].b, options);
    for (std::size_t k = starts[g]; k < starts[g + 1]; ++k) { ratios[k] = step.similarity(pairs[k].a); }
  });
  double sum = 0;
  for (const double ratio : ratios) { sum += ratio; }
  std::cout << "{\"pairs\":" << pairs.size() << ",\"alone_us\":" << alone << ",\"grouped_us\":" << grouped
            << ",\"grouped_wall_us\":" << wall
            << ",\"mean_ratio\":" << sum / static_cast<double>(pairs.size()) << "}\n";
}
