#pragma once
// The views (docs/method.md, "Evaluation"): `whole` asks for one answer; `stepwise` asks for the next step
// again and again, the model's own steps in the context, until a final answer, a wrong format or a limit;
// `step` asks for one held-out step after the expert's. Generation comes as a function, so this room needs no
// LibTorch.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "evaluation/benchmark.hpp"
#include "text/chat_template.hpp"
#include "text/finish.hpp"
#include "text/tokenizer.hpp"
#include "trajectory/instance.hpp"

namespace srl::evaluation {

/// One prompt to answer `answers` times, with the counter words of its random numbers (stream evaluation).
struct Request {
  std::vector<text::TokenId> prompt;
  std::int64_t draw = 0, first_completion = 0, answers = 1;
};
struct Completion {
  std::vector<text::TokenId> ids;                  ///< stop token included
  text::Finish finish = text::Finish::unfinished;  ///< stop or length
};
/// completions[request][answer]
using Generate = std::function<std::vector<std::vector<Completion>>(const std::vector<Request>&)>;

struct SampledText {
  std::int64_t question = 0, sample = 0;  ///< index into the questions given; sample number
  std::string text;                       ///< all that the model wrote; stepwise: its steps, one a paragraph
  std::int64_t tokens = 0;
  text::Finish finish = text::Finish::unfinished;  ///< also bad_format (stepwise, step), max_steps (stepwise)
  std::string action = {};  ///< view step: what follows the thought; empty when cut or of wrong format
};

/// The prompt of view `whole`: reason step by step, final answer in \boxed{}.
std::string whole_prompt(const std::string& question, const text::ChatTemplate& chat_template);

/// Samples `samples` answers to each question. Order: questions, then samples. Prompts longer than the
/// context are the generator's to refuse.
std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer,
                                      const text::ChatTemplate& chat_template, const Generate& generate);

/// The same under the prompt that training uses: `view` (of view whole) renders it, think prefill included.
std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer, const trajectory::View& view,
                                      const Generate& generate);

/// Completions to held-out questions; `view` renders them as it did when they were chosen.
std::vector<SampledText> answer_steps(const std::vector<Question>& questions, std::int64_t samples,
                                      bool solution_tags, const text::Tokenizer& tokenizer,
                                      const trajectory::View& view, const Generate& generate);

/// Stepwise, at most `max_steps` steps an answer; `view` renders the prompts (think prefill and tags as in
/// training).
std::vector<SampledText> answer_stepwise(const std::vector<Question>& questions, std::int64_t samples,
                                         std::int64_t max_steps, bool solution_tags,
                                         const text::Tokenizer& tokenizer, const trajectory::View& view,
                                         const Generate& generate);

}  // namespace srl::evaluation
