#pragma once
// Flat metrics for W&B, MLflow and tables: one number per line.
#include <string>
#include <vector>

#include "analysis/tables/accuracy.hpp"

namespace srl::analysis {

/// CSV with the columns run,step,key,value. Of a table: run is the model, step 0, key
/// "BENCHMARK/VIEW/MEASURE" with
/// "_low", "_high" and "_stderr" beside each measure; settings follow the view where they differ. Of run
/// folders: every number of their metrics.jsonl, step is the update. `table` may be null.
std::string flat_metrics(const AccuracyTable* table, const std::vector<std::string>& runs);

}  // namespace srl::analysis
