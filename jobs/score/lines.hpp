#pragma once
// How each subcommand of srl_score scores lines.
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/thread_pool.hpp"
#include "jobs/options/score.hpp"

namespace srl::score_job {

/// The result of a line, or the reason why there is none.
struct Scored {
  Json result;
  std::string error;
};
/// Scores many lines on the pool's threads. The results are in the order of the lines.
using Scorer = std::function<std::vector<Scored>(std::span<const std::string_view> lines, ThreadPool& pool)>;

/// Scores on the CPU, line by line.
Scorer scorer(const std::string& command, const jobs::ScoreOptions& options);

/// Parses `line` and scores it. A BadInput of either becomes the line's error.
Scored scored(std::string_view line, const std::function<Json(const Json&)>& score);
/// A field of a line. BadInput when it is missing.
const Json& field(const Json& line, std::string_view name);
/// Token ids. BadInput for a value that is not a list of token ids.
std::vector<std::int32_t> ids_of(const Json& value);

}  // namespace srl::score_job
