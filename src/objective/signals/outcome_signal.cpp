// docs/method.md, "Outcome": 1 when the final answer after the thought is right; the format is not checked.
#include "objective/signals.hpp"

namespace srl::objective {
namespace {

class Outcome final : public Signal {
 public:
  Outcome(const SignalSettings& settings, const Expert& expert)
      : grading_(settings.grading), answer_(expert.answer) {}
  double reward(const Completion& completion) const override {
    return !completion.cut && grading::grade(completion.text, answer_, grading_).correct ? 1.0 : 0.0;
  }

 private:
  grading::GradingOptions grading_;
  std::string answer_;
};

}  // namespace

std::unique_ptr<Signal> outcome_signal(const SignalSettings& settings, const Expert& expert) {
  return std::make_unique<Outcome>(settings, expert);
}

}  // namespace srl::objective
