// docs/method.md, "Similarity": how similar the action is to the expert's step; the thought is not compared.
#include "base/error.hpp"
#include "base/unicode.hpp"
#include "objective/signals.hpp"

namespace srl::objective {
namespace {

/// Characters or words: the expert step is indexed once.
class TextSimilarity final : public Signal {
 public:
  TextSimilarity(const SignalSettings& settings, const Expert& expert)
      : expert_(expert.target, settings.similarity) {}
  double reward(const Completion& completion) const override {
    return expert_.similarity(completion.parsed.action);
  }

 private:
  reward::ExpertStep expert_;
};

class TokenSimilarity final : public Signal {
 public:
  TokenSimilarity(const SignalSettings& settings, const Expert& expert)
      : settings_(settings), target_(expert.target) {}
  double reward(const Completion& completion) const override {
    return action_similarity(completion.parsed.action, target_, settings_);
  }

 private:
  const SignalSettings& settings_;
  std::string target_;
};

}  // namespace

std::unique_ptr<Signal> similarity_signal(const SignalSettings& settings, const Expert& expert) {
  if (settings.similarity.unit == reward::SimilarityUnit::token) {
    return std::make_unique<TokenSimilarity>(settings, expert);
  }
  return std::make_unique<TextSimilarity>(settings, expert);
}

std::vector<std::int32_t> compared_ids(std::string_view text, const SignalSettings& settings) {
  if (!settings.encode) { throw Bug("similarity.unit = token needs a tokenizer"); }
  return settings.encode(
      std::string(settings.similarity.strip == reward::Strip::outer ? python_strip(text) : text));
}

double action_similarity(const std::string& action, const std::string& target,
                         const SignalSettings& settings) {
  const reward::SimilarityOptions& options = settings.similarity;
  if (options.unit != reward::SimilarityUnit::token) { return reward::similarity(action, target, options); }
  return reward::similarity_of_ids(compared_ids(action, settings), compared_ids(target, settings), options);
}

}  // namespace srl::objective
