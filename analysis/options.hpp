#pragma once
// Options of srl_report.
#include <cstdint>
#include <string>
#include <vector>

#include "config/options.hpp"
#include "evaluation/options.hpp"
#include "job/options.hpp"

namespace srl::analysis {

enum class ReportFormat { text, markdown, csv, json };
SRL_WORDS(ReportFormat, "text", "markdown", "csv", "json");

/// What the questions of the records are compared with.
struct ContaminationOptions {
  std::vector<std::string> shards;      ///< data folders, or shard files
  std::vector<std::string> benchmarks;  ///< the files and data folders that were evaluated
  std::int64_t words = 13;
  evaluation::FieldNames fields;  ///< of those files that were evaluated with them
  void visit(config::Visitor& v);
  void check(bool has_input) const;  ///< BadOption when one is given without the other, or without records
};

struct ReportOptions {
  job::CommonOptions common;
  std::vector<std::string> input;   ///< record files or folders
  std::vector<std::string> run;     ///< run directories, for their training curves
  std::string study;                ///< folder with results/ROW/SEED and runs/ROW/SEED
  std::vector<std::string> figure;  ///< row and column of one number of the study's table
  std::vector<std::string> study_rows, study_compare;
  std::string study_column = "stepwise avg@8";
  std::vector<std::string> before, after;  ///< step records of the same questions, compared pair by pair
  ReportFormat format = ReportFormat::text;
  bool paper = false;      ///< also the paper's table beside the measured one
  std::string results;     ///< file in the layout of lm-evaluation-harness
  std::string metrics;     ///< flat CSV for W&B and MLflow
  std::string html;        ///< file of the page; empty = none
  std::string picture;     ///< SVG file; empty = none
  std::string live;        ///< run directory whose state is printed until it ends
  double live_every = 10;  ///< seconds; 0 = once
  ContaminationOptions contamination;
  void visit(config::Visitor& v);
};

}  // namespace srl::analysis
