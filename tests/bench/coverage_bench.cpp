// How often the 95% intervals of srl_report hold the truth, by simulated studies of 40 questions x 8 samples,
// and of one sample. Prints one line per true rate and dependence; exit code 1 when a share is outside its
// limits: 92 to 97% for rates of 10 to 90%, at least 90% for others. A difference has no upper limit: where
// few questions differ, the truth is one of a few values, and every method holds it more often.
//   coverage_bench [STUDIES=2000]
// 2,000 studies take about 10 minutes of one core. The limits allow three standard errors of the simulation.
#include <cmath>
#include <cstdlib>
#include <iostream>

#include "analysis/simulated_studies.hpp"
#include "base/strings.hpp"

namespace {

using srl::analysis::Estimand;

struct Named {
  Estimand estimand;
  const char* name;
  int samples;
};
constexpr Named designs[] = {{Estimand::rate, "rate of 8 samples", 8},
                             {Estimand::rate, "rate of 1 sample", 1},
                             {Estimand::mean, "mean of three benchmarks", 8},
                             {Estimand::difference, "difference of 8 samples", 8},
                             {Estimand::difference, "difference of 1 sample", 1}};

bool allowed(Estimand estimand, double rate, double coverage, int studies) {
  const double noise = 3 * std::sqrt(0.05 * 0.95 / studies);
  const bool inner = rate >= 0.1 && rate <= 0.9, above = inner && estimand != Estimand::difference;
  return coverage >= (inner ? 0.92 : 0.90) - noise && (!above || coverage <= 0.97 + noise);
}

}  // namespace

int main(int argc, char** argv) {
  const int studies = argc > 1 ? std::atoi(argv[1]) : 2000;
  const double rates[] = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.8, 0.9, 0.95, 0.99};
  const double dependences[] = {0, 0.1, 0.3, 0.6, 1};
  int outside = 0;
  srl::analysis::StudySimulator simulator(1);
  for (const Named& design : designs) {
    for (const double dependence : dependences) {
      if (design.samples == 1 && dependence > 0.1 && design.estimand == Estimand::rate) { continue; }
      std::cout << design.name << ", dependence " << srl::fixed(dependence, 1) << ":";
      for (const double rate : rates) {
        const double share =
            simulator.coverage({design.estimand, rate, dependence, 40, design.samples}, studies);
        const bool good = allowed(design.estimand, rate, share, studies);
        outside += !good;
        std::cout << "  " << srl::fixed(100 * rate, rate < 0.01 ? 1 : 0) << "% " << srl::fixed(100 * share, 1)
                  << (good ? "" : "!") << std::flush;
      }
      std::cout << "\n";
    }
  }
  std::cout << outside << " outside the limits\n";
  return outside > 0;
}
