#include "analysis/machine/measures_json.hpp"

#include "base/strings.hpp"

namespace srl::analysis {
namespace {

Json measure(const Estimated& estimated) {
  Json json = Json::object();
  json["value"] = estimated.value;
  json["low"] = estimated.interval.low;
  json["high"] = estimated.interval.high;
  json["standard_error"] = estimated.standard_error;
  json["interval"] = word(estimated.method);
  return json;
}

Json pass_json(std::vector<Estimated>::const_iterator first, std::vector<Estimated>::const_iterator last) {
  Json json = Json::object();
  for (auto at = first; at != last; ++at) { json[cat(at - first + 1)] = measure(*at); }
  return json;
}

Json completions_json(const Measures& measures, const Json& settings) {
  if (!measures.present()) { return {}; }
  Json json = Json::object();
  json["questions"] = std::ssize(measures.questions);
  json["clusters"] = measures.cluster_count();
  json["completions"] = measures.completions;
  json["samples_fewest"] = measures.fewest_samples;
  json["samples_most"] = measures.most_samples;
  json["accuracy"] = measure(measures.accuracy);
  json["majority"] = measure(measures.majority);
  json["pass_at"] = pass_json(measures.pass.begin(), measures.pass.end());
  json["tokens"] = measures.tokens;
  json["length"] = measure(measures.length);
  json["truncated"] = measure(measures.truncated_rate);
  json["no_answer"] = measure(measures.no_answer_rate);
  json["settings"] = settings;
  return json;
}

}  // namespace

Json row_json(const AccuracyRow& row) {
  Json json = Json::object();
  json["benchmark"] = row.benchmark;
  json["benchmark_checksum"] = row.benchmark_content.second;
  json["model"] = row.model;
  json["model_checksum"] = row.model_identity == row.model ? Json() : Json(row.model_identity);
  json["view"] = row.view;
  json["settings_differ_in"] = row.settings;
  json["greedy"] = completions_json(row.greedy, row.greedy_settings);
  json["sampled"] = completions_json(row.sampled, row.sampled_settings);
  return json;
}

namespace {

Json mean_json(const BenchmarkMean& mean) {
  Json json = Json::object();
  json["model"] = mean.model;
  json["view"] = mean.view;
  json["settings_differ_in"] = mean.settings;
  json["benchmarks"] = mean.benchmarks;
  json["greedy"] = mean.greedy.empty() ? Json() : measure(mean.greedy[0]);
  json["accuracy"] = mean.sampled.empty() ? Json() : measure(mean.sampled[0]);
  json["majority"] = mean.sampled.empty() ? Json() : measure(mean.sampled[1]);
  if (!mean.sampled.empty()) { json["pass_at"] = pass_json(mean.sampled.begin() + 2, mean.sampled.end()); }
  return json;
}

Json comparison_json(const ModelComparison& row) {
  const PairedDifference& d = row.difference;
  Json json = Json::object();
  json["benchmark"] = row.benchmark;
  json["view"] = row.view;
  json["settings_differ_in"] = row.settings;
  json["first"] = row.first;
  json["second"] = row.second;
  json["completions"] = row.greedy ? "greedy" : "sampled";
  json["questions"] = row.questions;
  json["left_out"] = row.left_out;
  json["clusters"] = row.clusters;
  json["difference"] = d.value;
  json["low"] = d.interval.low;
  json["high"] = d.interval.high;
  json["standard_error"] = d.standard_error;
  json["interval"] = "added_clusters";
  json["test"] = word(d.test);
  json["p"] = d.p;
  json["p_holm"] = row.p_holm;
  json["smallest_seen_80_percent_power"] = d.smallest > 1 ? Json() : Json(d.smallest);
  json["verdict"] = verdict_of(row);
  return json;
}

}  // namespace

Json measures_json(const std::vector<AccuracyRow>& rows, const std::vector<BenchmarkMean>& means,
                   const std::vector<ModelComparison>& comparisons) {
  Json json = Json::object();
  for (const char* key : {"rows", "means", "comparisons"}) { json[key] = Json::array(); }
  for (const AccuracyRow& row : rows) { json["rows"].push_back(row_json(row)); }
  for (const BenchmarkMean& mean : means) { json["means"].push_back(mean_json(mean)); }
  for (const ModelComparison& row : comparisons) { json["comparisons"].push_back(comparison_json(row)); }
  return json;
}

}  // namespace srl::analysis
