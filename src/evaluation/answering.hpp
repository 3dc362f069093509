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

struct SampledText {
  std::int64_t question = 0, sample = 0;  ///< index into the questions given; sample number
  std::string text;                       ///< all text of the model; stepwise: its steps, one per paragraph
  std::int64_t tokens = 0;
  text::Finish finish = text::Finish::unfinished;  ///< also bad_format (stepwise, step), max_steps (stepwise)
  std::string action = {};  ///< view step: the text after the thought; empty if truncated or wrong format
};

/// The prompt of view `whole`: asks to reason step by step and to put the final answer in \boxed{}.
std::string whole_prompt(const std::string& question, const text::ChatTemplate& chat_template);

/// Samples `samples` completions per question, ordered by question, then by sample. The generator refuses
/// prompts longer than the context.
std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer,
                                      const text::ChatTemplate& chat_template, const Generate& generate);

/// The same with the prompt of training: `view` (instance.view = whole) renders it, with the think prefill.
std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer, const trajectory::View& view,
                                      const Generate& generate);

/// Completions for held-out questions. `view` must be the one with which the questions were selected. `strip`
/// none leaves the action as it was written.
std::vector<SampledText> answer_steps(const std::vector<Question>& questions, std::int64_t samples,
                                      bool solution_tags, const text::Tokenizer& tokenizer,
                                      const trajectory::View& view, const Generate& generate,
                                      reward::Strip strip = reward::Strip::outer);

/// Stepwise solutions with at most `max_steps` steps each. `view` renders the prompts, with think prefill and
/// tags as in training.
std::vector<SampledText> answer_stepwise(const std::vector<Question>& questions, std::int64_t samples,
                                         std::int64_t max_steps, bool solution_tags,
                                         const text::Tokenizer& tokenizer, const trajectory::View& view,
                                         const Generate& generate);

}  // namespace srl::evaluation
