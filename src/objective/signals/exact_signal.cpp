// docs/method.md, "Exact": 1 when the stripped action is the stripped expert step.
#include "base/unicode.hpp"
#include "objective/signals.hpp"

namespace srl::objective {
namespace {

class Exact final : public Signal {
 public:
  explicit Exact(const Expert& expert) : target_(python_strip(std::string_view(expert.target))) {}
  double reward(const Completion& completion) const override {
    return python_strip(std::string_view(completion.parsed.action)) == target_ ? 1.0 : 0.0;
  }

 private:
  std::string target_;
};

}  // namespace

std::unique_ptr<Signal> exact_signal(const SignalSettings&, const Expert& expert) {
  return std::make_unique<Exact>(expert);
}

}  // namespace srl::objective
