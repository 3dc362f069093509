#pragma once
// The views (docs/method.md, "Evaluation"): `whole` asks for the whole solution. `stepwise` asks repeatedly
// for the next step, with the model's own steps in the context, until a final answer, a wrong format or a
// limit. `step` asks for one held-out step after the expert's steps. The caller passes generation as a
// function, so this room does not need LibTorch.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/benchmark.hpp"
#include "evaluation/shots.hpp"
#include "reward/options.hpp"
#include "text/chat_template.hpp"
#include "text/finish.hpp"
#include "text/tokenizer.hpp"
#include "trajectory/instance.hpp"

namespace srl::evaluation {

/// One prompt and the number of completions to sample. `draw` and `first_completion` are counters of the
/// random numbers (stream evaluation).
struct Request {
  std::vector<text::TokenId> prompt;
  std::int64_t draw = 0, first_completion = 0, completions = 1;
};
struct Completion {
  std::vector<text::TokenId> ids;                  ///< stop token included
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
};
/// Returns completions [request][answer].
using Generate = std::function<std::vector<std::vector<Completion>>(const std::vector<Request>&)>;

/// A question and the samples that are asked for; each sample has its own random numbers.
struct Asked {
  const Question* question = nullptr;
  std::vector<std::int64_t> samples;
};
/// Samples 0 to `samples` - 1 of each question.
std::vector<Asked> ask_all(const std::vector<Question>& questions, std::int64_t samples);

/// What answers a prompt.
struct Respondent {
  const text::Tokenizer& tokenizer;
  Generate generate;
  /// Why a prompt cannot be asked, in words; empty when it can. Null: every prompt can.
  std::function<std::string(const std::vector<text::TokenId>&)> why_not = {};
};

struct SampledText {
  std::int64_t question = 0, sample = 0;  ///< index into the questions asked; sample number
  std::string text;                       ///< all text of the model; stepwise: its steps, one per paragraph
  std::int64_t tokens = 0;
  /// Also bad_format (stepwise, step), max_steps (stepwise) and not_asked.
  text::Finish finish = text::Finish::unfinished;
  std::string action = {};   ///< view step: the text after the thought; empty if truncated or wrong format
  std::string why_not = {};  ///< not_asked: the reason
};

// All return one text per sample asked for, ordered by question, then by sample. A prompt that cannot be
// asked gives not_asked. When `generate` ended early, samples that were under way are `unfinished`.

/// The prompt of view `whole`: system prompt, the examples as turns, question. The usual system prompt asks
/// to reason step by step and to put the final answer in \boxed{}; `system_prompt` replaces it, unless it is
/// empty.
std::string whole_prompt(const std::string& question, const text::ChatTemplate& chat_template,
                         const std::string& system_prompt = "", const Shots& shots = {});
std::vector<SampledText> answer_whole(const std::vector<Asked>& asked, const Respondent& respondent,
                                      const text::ChatTemplate& chat_template,
                                      const std::string& system_prompt = "", const Shots& shots = {});

/// View `patch`: the question is the user's turn; without `system_prompt` there is no system turn.
std::vector<SampledText> answer_patches(const std::vector<Asked>& asked, const Respondent& respondent,
                                        const text::ChatTemplate& chat_template,
                                        const std::string& system_prompt);

/// The same with the prompt of training: `view` (instance.view = whole) renders it, with the think prefill.
std::vector<SampledText> answer_whole(const std::vector<Asked>& asked, const Respondent& respondent,
                                      const trajectory::View& view);

/// Completions for held-out questions. `view` must be the one with which the questions were selected. `strip`
/// none leaves the action as it was written.
std::vector<SampledText> answer_steps(const std::vector<Asked>& asked, bool solution_tags,
                                      const Respondent& respondent, const trajectory::View& view,
                                      reward::Strip strip = reward::Strip::outer);

/// Stepwise solutions with at most `max_steps` steps each. `view` renders the prompts, with think prefill and
/// tags as in training. `samples` is the number of all samples of a question: the random numbers depend on
/// it. A walk whose next prompt no longer fits ends as truncated.
std::vector<SampledText> answer_stepwise(const std::vector<Asked>& asked, std::int64_t samples,
                                         std::int64_t max_steps, bool solution_tags,
                                         const Respondent& respondent, const trajectory::View& view);

}  // namespace srl::evaluation
