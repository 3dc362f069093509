#include "analysis/machine/lm_eval_results.hpp"

#include <map>
#include <set>

#include "base/files.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

/// The name of each row's task: the benchmark, then what tells rows of it apart.
std::vector<std::string> tasks_of(const std::vector<const AccuracyRow*>& rows) {
  std::map<std::string, std::set<std::string>> views;
  for (const AccuracyRow* row : rows) { views[row->benchmark].insert(row->view); }
  std::vector<std::string> names;
  for (const AccuracyRow* row : rows) {
    std::string name = row->benchmark;
    if (views[row->benchmark].size() > 1) { name += "_" + row->view; }
    if (!row->settings.empty()) { name += " (" + row->settings + ")"; }
    names.push_back(std::move(name));
  }
  return names;
}

void add(Json& results, Json& higher, const std::string& metric, const Estimated& measure) {
  results[metric + ",none"] = measure.value;
  results[metric + "_stderr,none"] = measure.standard_error;
  higher[metric] = true;
}

Json one(const std::string& name, Json value) {
  Json json = Json::object();
  json[name] = std::move(value);
  return json;
}

std::int64_t shots_of(const AccuracyRow& row) {
  const Json& settings = row.greedy.present() ? row.greedy_settings : row.sampled_settings;
  const Json* shots = settings.find("few_shot");
  return shots != nullptr && shots->is_integer() ? shots->as_integer() : 0;
}

}  // namespace

Json lm_eval_json(const std::vector<const AccuracyRow*>& rows) {
  Json all = Json::object();
  for (const char* key :
       {"results", "group_subtasks", "configs", "versions", "n-shot", "higher_is_better", "n-samples"}) {
    all[key] = Json::object();
  }
  const std::vector<std::string> tasks = tasks_of(rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const AccuracyRow& row = *rows[i];
    Json results = one("alias", tasks[i]), higher = Json::object();
    add(results, higher, "acc", row.greedy.present() ? row.greedy.accuracy : row.sampled.accuracy);
    if (row.sampled.present()) {
      const std::int64_t n = row.sampled.fewest_samples;
      add(results, higher, cat("avg@", n), row.sampled.accuracy);
      add(results, higher, cat("maj@", n), row.sampled.majority);
      for (std::size_t k = 0; k < row.sampled.pass.size(); ++k) {
        add(results, higher, cat("pass@", k + 1), row.sampled.pass[k]);
      }
    }
    Json config = one("task", tasks[i]), samples = Json::object();
    config["num_fewshot"] = shots_of(row);
    config["repeats"] = row.sampled.present() ? row.sampled.fewest_samples : 1;
    config["metadata"] = one("version", row.benchmark_content.second);
    config["metadata"]["view"] = row.view;
    config["metadata"]["greedy"] = row.greedy_settings;
    config["metadata"]["sampled"] = row.sampled_settings;
    samples["original"] = row.questions();
    samples["effective"] = row.questions();
    all["results"][tasks[i]] = std::move(results);
    all["group_subtasks"][tasks[i]] = Json::array();
    all["configs"][tasks[i]] = std::move(config);
    all["versions"][tasks[i]] = row.benchmark_content.second;
    all["n-shot"][tasks[i]] = shots_of(row);
    all["higher_is_better"][tasks[i]] = std::move(higher);
    all["n-samples"][tasks[i]] = std::move(samples);
  }
  all["config"] = one("model", "srl");
  all["config"]["model_args"] = cat("pretrained=", rows.front()->model);
  all["model_source"] = "srl";
  all["model_name"] = rows.front()->model;
  return all;
}

std::vector<std::filesystem::path> write_lm_eval(const AccuracyTable& accuracy,
                                                 const std::filesystem::path& file) {
  std::vector<std::string> models;
  std::map<std::string, std::vector<const AccuracyRow*>> rows;
  for (const AccuracyRow& row : accuracy.rows) {
    if (!rows.contains(row.model)) { models.push_back(row.model); }
    rows[row.model].push_back(&row);
  }
  std::vector<std::filesystem::path> files;
  for (std::size_t m = 0; m < models.size(); ++m) {
    std::filesystem::path path = file;
    if (models.size() > 1) {
      path.replace_filename(cat(file.stem().string(), "_", m + 1, file.extension().string()));
    }
    write_file_atomically(path, lm_eval_json(rows[models[m]]).dump(2) + "\n");
    files.push_back(path);
  }
  return files;
}

}  // namespace srl::analysis
