#include "analysis/options.hpp"

namespace srl::analysis {

void ReportOptions::visit(config::Visitor& v) {
  common.visit(v);
  v.section("");
  v.option("input", input, "record files, or folders searched for records_*.jsonl");
  v.option("run", run, "run directories whose training curve is shown");
  v.option("study", study,
           "folder of a study, results/ROW/SEED/records_*.jsonl and runs/ROW/SEED/metrics.jsonl: one table "
           "over seeds");
  v.option("before", before,
           "records of --evaluation.view step before training, files or folders; with --after: paired "
           "changes, intervals over solutions");
  v.option("after", after, "records of the same questions after training");
  v.option("format", format, "format of the tables");
  v.section("study");
  v.option("rows", study_rows, "rows in this order; empty = all by name");
  v.option("compare", study_compare,
           "ROW>ROW: differences paired by seed, with a paired t and an exact sign-flip test, Holm over all "
           "of them");
  v.option("column", study_column, "column that is compared");
}

}  // namespace srl::analysis
