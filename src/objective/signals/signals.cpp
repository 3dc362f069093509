#include "objective/signals.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "objective/signals/judge.hpp"

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
    : settings_(settings), signal_(signal_type(settings.signal.kind).make(settings, {target, answer})) {}

Scorer::~Scorer() = default;

Judged judge(std::string_view text, bool truncated, const SignalSettings& settings) {
  Judged judged;
  judged.completion = {text,
                       reward::parse_completion(text, settings.solution_tags, settings.similarity.strip),
                       truncated && settings.truncated_is_bad};
  judged.score.format_error =
      judged.completion.cut ? reward::FormatError::truncated : judged.completion.parsed.error;
  judged.decided = signal_type(settings.signal.kind).needs_format &&
                   judged.score.format_error != reward::FormatError::none;
  if (judged.decided) { judged.score.reward = settings.signal.bad_format; }
  return judged;
}

Score Scorer::score(std::string_view text, bool truncated) const {
  Judged judged = judge(text, truncated, settings_);
  if (!judged.decided) { judged.score.reward = signal_->reward(judged.completion); }
  judged.score.parsed = std::move(judged.completion.parsed);
  return std::move(judged.score);
}

}  // namespace srl::objective
