#pragma once
// How each subcommand of srl_score scores one line.
#include <functional>
#include <string>

#include "base/json.hpp"
#include "jobs/options/score.hpp"

namespace srl::score_job {

/// The result for one parsed line; BadInput when a field is missing or has the wrong type. A scorer stores
/// what consecutive lines share (the index of an expert step), so each thread needs its own.
using Scorer = std::function<Json(const Json& line)>;
using MakeScorer = std::function<Scorer()>;
MakeScorer scorer(const std::string& command, const jobs::ScoreOptions& options);

}  // namespace srl::score_job
