#include "objective/signals.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"

namespace srl::objective {

namespace {

/// A new signal is one file and one line here (docs/extending.md).
constexpr SignalType types[] = {
    // kind, needs the format, needs a final answer, made by
    {SignalKind::similarity, true, false, similarity_signal},
    {SignalKind::exact, true, false, exact_signal},
    {SignalKind::outcome, false, true, outcome_signal},
};

}  // namespace

const SignalType& signal_type(SignalKind kind) {
  for (const SignalType& type : types) {
    if (type.kind == kind) { return type; }
  }
  throw Bug(cat("signal.kind ", word(kind), " has no reward"));
}

Scorer::Scorer(const SignalSettings& settings, const std::string& target, const std::string& answer)
    : settings_(settings),
      type_(signal_type(settings.signal.kind)),
      signal_(type_.make(settings, {target, answer})) {}

Scorer::~Scorer() = default;

Score Scorer::score(std::string_view text, bool truncated) const {
  Completion completion{text,
                        reward::parse_completion(text, settings_.solution_tags, settings_.similarity.strip),
                        truncated && settings_.truncated_is_bad};
  Score score;
  score.format_error = completion.cut ? reward::FormatError::truncated : completion.parsed.error;
  const bool bad_format = type_.needs_format && score.format_error != reward::FormatError::none;
  score.reward = bad_format ? settings_.signal.bad_format : signal_->reward(completion);
  score.parsed = std::move(completion.parsed);
  return score;
}

}  // namespace srl::objective
