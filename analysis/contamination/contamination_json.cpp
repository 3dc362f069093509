#include "analysis/contamination/contamination_section.hpp"
#include "analysis/machine/measures_json.hpp"

namespace srl::analysis {
namespace {

Json question_json(const ContaminatedQuestion& question) {
  Json json = Json::object();
  json["question"] = question.number;
  json["id"] = question.id;
  json["training_id"] = question.training_id;
  json["shard"] = question.shard;
  json["shard_row"] = static_cast<std::int64_t>(question.shard_row);
  return json;
}

Json benchmark_json(const CheckedBenchmark& checked) {
  Json json = Json::object(), found = Json::array();
  for (const ContaminatedQuestion& question : checked.found) { found.push_back(question_json(question)); }
  json["benchmark"] = checked.benchmark.first;
  json["benchmark_checksum"] = checked.benchmark.second;
  json["asked"] = word(checked.as);
  json["questions"] = checked.questions;
  json["checked"] = checked.checked();
  json["not_checked"] = checked.not_checked;
  json["contaminated"] = std::ssize(checked.found);
  json["contaminated_questions"] = std::move(found);
  return json;
}

}  // namespace

Json contamination_json(const Contamination& contamination, const AccuracyTable& all,
                        const AccuracyTable& clean) {
  Json json = Json::object();
  json["words"] = contamination.words;
  json["shards"] = contamination.shards;
  json["training_solutions"] = contamination.solutions;
  for (const char* key : {"benchmarks", "rows"}) { json[key] = Json::array(); }
  for (const CheckedBenchmark& checked : contamination.benchmarks) {
    json["benchmarks"].push_back(benchmark_json(checked));
  }
  for (std::size_t r = 0; r < all.rows.size(); ++r) {
    const CheckedBenchmark& checked = contamination.of(all.rows[r].benchmark_content, all.rows[r].view);
    if (!checked.checked()) { continue; }
    const AccuracyRow& row = checked.found.empty() ? all.rows[r] : clean.rows[r];
    Json one = row_json(row);
    one["contaminated"] = all.rows[r].questions() - row.questions();
    json["rows"].push_back(std::move(one));
  }
  return json;
}

}  // namespace srl::analysis
