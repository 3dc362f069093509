#include "objective/signals.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::objective {
namespace {

double exact_reward(const reward::ParsedAnswer& parsed, const std::string& target) {
  return parsed.action == python_strip(std::string_view(target)) ? 1.0 : 0.0;   // the action is stripped already
}

}  // namespace

Scorer::Scorer(const SignalSettings& settings, const std::string& target, const std::string& answer)
    : settings_(settings), target_(target), answer_(answer) {
  if (settings.signal.kind == "likelihood") throw Bug("likelihood has no reward");
  if (settings.signal.kind == "similarity") expert_ = std::make_unique<reward::ExpertStep>(target, settings.similarity);
}

Scorer::~Scorer() = default;

Score Scorer::score(std::string_view text, bool truncated) const {
  Score score;
  score.parsed = reward::parse_answer(text, settings_.solution_tags);
  score.format_error = std::string(reward::name_of(score.parsed.error));
  if (truncated && settings_.truncated_is_bad) score.format_error = "truncated";
  const bool bad = score.format_error != "none";
  const std::string& kind = settings_.signal.kind;
  if (kind == "outcome") {   // the final answer counts, wherever it stands; a cut text may still hold one
    const bool cut = truncated && settings_.truncated_is_bad;
    score.reward = !cut && grading::grade(repair_utf8(text), answer_, settings_.grading).correct ? 1.0 : 0.0;
  } else if (bad) {
    score.reward = settings_.signal.bad_format;
  } else {
    score.reward = kind == "exact" ? exact_reward(score.parsed, target_) : expert_->similarity(score.parsed.action);
  }
  return score;
}

}  // namespace srl::objective
