#include "objective/signals.hpp"

#include "base/error.hpp"
#include "base/strings.hpp"
#include "base/unicode.hpp"

namespace srl::objective {

const std::vector<SignalKind>& signal_kinds() {
  static const std::vector<SignalKind> kinds{
      // name, needs the format, needs a final answer, made by
      {"similarity", true, false, similarity_signal},
      {"exact", true, false, exact_signal},
      {"outcome", false, true, outcome_signal},
  };
  return kinds;
}

const SignalKind& signal_kind(const std::string& name) {
  for (const SignalKind& kind : signal_kinds()) {
    if (kind.name == name) return kind;
  }
  throw BadOption(cat("signal.kind: '", name, "' has no reward"));
}

Scorer::Scorer(const SignalSettings& settings, const std::string& target, const std::string& answer)
    : settings_(settings), kind_(signal_kind(settings.signal.kind)), signal_(kind_.make(settings, {target, answer})) {}

Scorer::~Scorer() = default;

Score Scorer::score(std::string_view text, bool truncated) const {
  Completion completion{repair_utf8(text), reward::parse_completion(text, settings_.solution_tags), truncated && settings_.truncated_is_bad};
  Score score;
  score.format_error = completion.cut ? "truncated" : std::string(reward::name_of(completion.parsed.error));
  score.reward = kind_.needs_format && score.format_error != "none" ? settings_.signal.bad_format : signal_->reward(completion);
  score.parsed = std::move(completion.parsed);
  return score;
}

}  // namespace srl::objective
