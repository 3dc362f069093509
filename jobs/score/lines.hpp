#pragma once
// What each subcommand of srl_score makes of one line.
#include <functional>
#include <string>

#include "base/json.hpp"
#include "jobs/options/score.hpp"

namespace srl::score_job {

/// The answer to one parsed line; BadInput when a field is missing or of the wrong type. A scorer keeps what
/// neighbouring lines share (the index of an expert step), so each thread makes its own.
using Scorer = std::function<Json(const Json& line)>;
using MakeScorer = std::function<Scorer()>;
MakeScorer scorer(const std::string& command, const jobs::ScoreOptions& options);

}  // namespace srl::score_job
