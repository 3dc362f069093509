#pragma once
// The parts of a page that a document's tables do not hold.
#include <string>
#include <vector>

#include "analysis/document/document.hpp"
#include "analysis/page/record_figures.hpp"
#include "analysis/runs/training_run.hpp"

namespace srl::analysis {

/// What a page is made of.
struct PageContent {
  Document document;
  std::vector<TrainingRun> runs;
  RecordFigures records;
  std::string command;               ///< that made the page
  std::int64_t refresh_seconds = 0;  ///< the browser reloads the page; 0 = never
};

std::string summary_html(const PageContent& content);
std::string histograms_html(const PageContent& content);
/// A fixed choice of examples, of a bounded size.
std::string record_examples_html(const RecordFigures& records);
std::string rollout_examples_html(const std::vector<TrainingRun>& runs);
std::string provenance_html(const PageContent& content);

}  // namespace srl::analysis
