#include "analysis/options.hpp"

#include "base/error.hpp"

namespace srl::analysis {

void ContaminationOptions::visit(config::Visitor& v) {
  v.section("contamination");
  v.option("shards", shards,
           "training data, folders of srl_prep or single shard files: counts and lists the questions of the "
           "input that overlap with a training question, and measures the others separately");
  v.option("benchmarks", benchmarks,
           "files, or data folders of view step, that were evaluated; they are recognised by their content");
  v.option("words", words, "number of consecutive common words that count as an overlap",
           config::at_least(1));
  fields.visit(v);
}

void ContaminationOptions::check(bool has_input) const {
  if (shards.empty() && benchmarks.empty()) { return; }
  if (shards.empty() || benchmarks.empty()) {
    throw BadOption(
        "--contamination.shards and --contamination.benchmarks must be given together: records hold no texts "
        "of questions, so these are read from the files that were evaluated");
  }
  if (!has_input) { throw BadOption("--contamination.shards is about record files: give them with --input"); }
}

void ReportOptions::visit(config::Visitor& v) {
  v.first_page({.required = {}, .often = {"input", "run", "format", "html", "live"}});
  common.visit(v);
  v.section("");
  v.option("input", input, "record files, or folders searched for records_*.jsonl");
  v.option("run", run, "run directories: their figures, validations and times in one table each");
  v.option("study", study,
           "folder of a study, results/ROW/SEED/records_*.jsonl and runs/ROW/SEED/metrics.jsonl: prints one "
           "table over seeds");
  v.option("figure", figure,
           "ROW COLUMN: prints only that number of the study's table, without its interval, for scripts");
  v.option(
      "before", before,
      "files or folders of records of --evaluation.view step before training; with --after: prints paired "
      "changes with intervals over solutions");
  v.option("after", after, "records of the same questions after training");
  v.option("format", format, "format of the tables; json: with all measures and intervals as numbers");
  v.option("paper", paper, "also the paper's table with its numbers beside those of the input's models");
  v.option(
      "results", results,
      "JSON file for the input's results in the layout of lm-evaluation-harness; with several models one "
      "numbered file per model");
  v.option(
      "metrics", metrics,
      "CSV file for the numbers of --input and --run, one per line: run,step,key,value (for W&B, MLflow)");
  v.option("html", html,
           "file for the same report as one HTML page, with curves, histograms, examples and provenance; "
           "a study's page also shows its runs");
  v.option("picture", picture,
           "SVG file with the curves of --run that show what was learned: reward, similarity and exact steps "
           "of the validations");
  v.option(
      "live", live,
      "run directory: prints its update, rate, time left and last validation whenever they change, until "
      "the run ends; with --html the page is written again each time");
  v.section("live");
  v.option("every", live_every, "seconds between two looks at the run; 0 = one look", config::at_least(0.0));
  v.section("study");
  v.option("rows", study_rows, "rows to show, in this order; empty = all, sorted by name");
  v.option(
      "compare", study_compare,
      "ROW>ROW: differences paired by seed, with a paired t-test and an exact sign-flip test, corrected by "
      "Holm over all comparisons");
  v.option("column", study_column, "column to compare");
  contamination.visit(v);
}

}  // namespace srl::analysis
