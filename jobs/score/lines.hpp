#pragma once
// What each subcommand of srl_score makes of its lines.
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/thread_pool.hpp"
#include "jobs/options/score.hpp"

namespace srl::score_job {

/// What a line gives: a result, or why there is none.
struct Scored {
  Json result;
  std::string error;
};
/// Many lines at once, on the pool's threads; results in the order of the lines.
using Scorer = std::function<std::vector<Scored>(std::span<const std::string_view> lines, ThreadPool& pool)>;

/// On the CPU, line by line.
Scorer scorer(const std::string& command, const jobs::ScoreOptions& options);

/// `line` parsed and handed to `score`; a BadInput of either is the line's error.
Scored scored(std::string_view line, const std::function<Json(const Json&)>& score);
/// A field of a line. BadInput when it is not there.
const Json& field(const Json& line, std::string_view name);
/// Token ids. BadInput for what is none.
std::vector<std::int32_t> ids_of(const Json& value);

}  // namespace srl::score_job
