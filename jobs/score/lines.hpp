#pragma once
// What each subcommand of srl_score makes of one line.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "grading/grading.hpp"
#include "job/job.hpp"
#include "reward/similarity.hpp"

namespace srl::score_job {

struct Options {
  Options() { similarity.strip = "none"; }   ///< texts are compared as given, as SequenceMatcher does; training strips
  job::CommonOptions common;
  std::string input, output;
  bool blocks = false;
  std::string action_tags = "none";
  reward::SimilarityOptions similarity;
  grading::GradingOptions grading;
  void visit(const std::string& command, config::Visitor& v);
};

std::vector<std::pair<std::string, std::string>> subcommands();

/// The answer to one parsed line; BadInput when a field is missing or of the wrong type. A scorer keeps what neighbouring lines
/// share (the index of an expert step), so each thread makes its own.
using Scorer = std::function<Json(const Json& line)>;
using MakeScorer = std::function<Scorer()>;
MakeScorer scorer(const std::string& command, const Options& options);

}  // namespace srl::score_job
