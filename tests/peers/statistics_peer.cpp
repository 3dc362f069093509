// The statistics of srl_report for statistics_peer.py: one JSON object per line of stdin, one of stdout.
//   {"values": […], "trials": 8}        BCa interval without the correction for few clusters, rates, error
//   {"differences": […]}                sign-flip test, paired t-test
//   {"better": 8, "worse": 2}           McNemar's exact test
//   {"successes": 8, "trials": 40}      Wilson's interval
//   {"p_values": […]}                   Holm's correction
//   {"k": 2, "n": 8, "c": 3}            pass@k
#include <iostream>

#include "analysis/measure/bootstrap.hpp"
#include "analysis/measure/paired_difference.hpp"
#include "analysis/measure/paired_tests.hpp"
#include "analysis/tables/measures.hpp"
#include "base/json.hpp"

namespace {

using srl::Json;
using namespace srl::analysis;

std::vector<double> numbers(const Json& array) {
  std::vector<double> values;
  for (const Json& value : array.as_array()) { values.push_back(value.as_double()); }
  return values;
}

Json ends(const Interval& interval) {
  return Json::Array{interval.low, interval.high};
}

Json answer_to(const Json& line) {
  Json result = Json::object();
  if (const Json* values = line.find("values")) {
    const Clusters clusters = clusters_of_values(numbers(*values), line.at("trials").as_integer());
    auto means = resampled_means(clusters, 100000);
    const BcaInput input{mean_of(clusters, 0), influences_of(clusters, 0)};
    result["bca"] = ends(bca_interval(std::move(means[0]), input));
    result["error"] = standard_error(input.influences);
  } else if (const Json* differences = line.find("differences")) {
    result["flip"] = cluster_sign_flip(numbers(*differences));
    result["t"] = paired_t(numbers(*differences)).p;
  } else if (line.find("better") != nullptr) {
    result["p"] = sign_test(line.at("better").as_integer(), line.at("worse").as_integer());
  } else if (line.find("successes") != nullptr) {
    const auto wilson = wilson_interval(line.at("successes").as_integer(), line.at("trials").as_integer());
    result["wilson"] = ends(wilson);
    const auto trials = static_cast<double>(line.at("trials").as_integer());
    result["modified"] = ends(modified_wilson_interval(line.at("successes").as_double() / trials, trials));
  } else if (const Json* p_values = line.find("p_values")) {
    result["holm"] = Json(holm(numbers(*p_values)));
  } else {
    result["pass"] = pass_at(line.at("k").as_integer(), line.at("n").as_integer(), line.at("c").as_integer());
  }
  return result;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer_to(Json::parse(line, "stdin")).dump() << "\n";
  }
}
