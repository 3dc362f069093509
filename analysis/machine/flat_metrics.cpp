#include "analysis/machine/flat_metrics.hpp"

#include "analysis/render/csv_cell.hpp"
#include "analysis/runs/training_run.hpp"
#include "analysis/tables/benchmark_mean.hpp"
#include "base/strings.hpp"

namespace srl::analysis {
namespace {

class Lines {
 public:
  void add(const std::string& run, std::int64_t step, const std::string& key, const Json& value) {
    text_ += cat(csv_cell(run), ",", step, ",", csv_cell(key), ",", value.dump(), "\n");
  }
  void add(const std::string& run, const std::string& key, const Estimated& measure) {
    add(run, 0, key, measure.value);
    add(run, 0, key + "_low", measure.interval.low);
    add(run, 0, key + "_high", measure.interval.high);
    add(run, 0, key + "_stderr", measure.standard_error);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = "run,step,key,value\n";
};

std::string prefix_of(const std::string& first, const std::string& view, const std::string& settings) {
  return cat(first, "/", view, settings.empty() ? "" : cat("/", settings), "/");
}

void add_row(Lines& lines, const AccuracyRow& row) {
  const std::string prefix = prefix_of(row.benchmark, row.view, row.settings);
  lines.add(row.model, 0, prefix + "questions", row.questions());
  const auto add_kind = [&](const Measures& measures, const std::string& kind) {
    lines.add(row.model, prefix + kind + "length", measures.length);
    lines.add(row.model, prefix + kind + "truncated", measures.truncated_rate);
    lines.add(row.model, prefix + kind + "no_answer", measures.no_answer_rate);
    lines.add(row.model, 0, prefix + kind + "tokens", measures.tokens);
  };
  if (row.greedy.present()) {
    lines.add(row.model, prefix + "greedy", row.greedy.accuracy);
    add_kind(row.greedy, "greedy_");
  }
  if (!row.sampled.present()) { return; }
  const std::int64_t n = row.sampled.fewest_samples;
  lines.add(row.model, cat(prefix, "avg@", n), row.sampled.accuracy);
  lines.add(row.model, cat(prefix, "maj@", n), row.sampled.majority);
  for (std::size_t k = 0; k < row.sampled.pass.size(); ++k) {
    lines.add(row.model, cat(prefix, "pass@", k + 1), row.sampled.pass[k]);
  }
  add_kind(row.sampled, "sampled_");
}

void add_mean(Lines& lines, const BenchmarkMean& mean) {
  const std::string prefix = prefix_of("mean", mean.view, mean.settings);
  if (!mean.greedy.empty()) { lines.add(mean.model, prefix + "greedy", mean.greedy[0]); }
  if (mean.sampled.empty()) { return; }
  lines.add(mean.model, prefix + "avg", mean.sampled[0]);
  lines.add(mean.model, prefix + "maj", mean.sampled[1]);
}

void add_run(Lines& lines, const std::string& run) {
  each_update(metrics_of(run), [&](const Json& line, std::int64_t update) {
    for (const auto& [key, value] : line.as_object()) {
      if (key != "update" && value.is_number()) { lines.add(run, update, key, value); }
    }
  });
}

}  // namespace

std::string flat_metrics(const AccuracyTable* table, const std::vector<std::string>& runs) {
  Lines lines;
  if (table != nullptr) {
    for (const AccuracyRow& row : table->rows) { add_row(lines, row); }
    for (const BenchmarkMean& mean : benchmark_means(table->rows)) { add_mean(lines, mean); }
  }
  for (const std::string& run : runs) { add_run(lines, run); }
  return lines.take();
}

}  // namespace srl::analysis
