#include "evaluation/answering.hpp"

#include "grading/grading.hpp"
#include "reward/format.hpp"
#include "trajectory/solution.hpp"

namespace srl::evaluation {
namespace {

/// One solution in progress in the stepwise view.
struct Walk {
  SampledText written;
  trajectory::Solution so_far;
  bool done = false;
};

/// Whether the step states the final answer, which ends the walk: \boxed{} or the phrase "answer is". A plain
/// number does not count.
bool states_answer(const std::string& step) {
  const grading::Extracted found = grading::extract_answer(step);
  return found.found && (found.how == "boxed" || found.how == "answer_is");
}

void take_step(Walk& walk, const Completion& completion, const std::string& prefill,
               const text::Tokenizer& tokenizer, bool solution_tags, std::int64_t max_steps) {
  walk.written.tokens += static_cast<std::int64_t>(completion.ids.size());
  const std::string written = tokenizer.sampled_text(completion.ids);
  const reward::ParsedCompletion parsed = reward::parse_completion(prefill + written, solution_tags);
  const bool cut = completion.finish == text::Finish::length;
  if (cut || parsed.error != reward::FormatError::none) {
    walk.written.text += written;
    walk.written.finish = cut ? text::Finish::length : text::Finish::bad_format;
    walk.done = true;
    return;
  }
  walk.written.text += parsed.action + "\n\n";
  walk.so_far.steps.push_back({.title = {}, .thought = {}, .action = parsed.action, .observation = {}});
  walk.written.finish = text::Finish::stop;
  walk.done = states_answer(parsed.action);
  if (!walk.done && static_cast<std::int64_t>(walk.so_far.steps.size()) == max_steps) {
    walk.written.finish = text::Finish::max_steps;
    walk.done = true;
  }
}

/// One text per completion, ordered by question, then by sample.
std::vector<SampledText> sampled_texts(const std::vector<Request>& requests, const text::Tokenizer& tokenizer,
                                       const Generate& generate) {
  const auto completions = generate(requests);
  std::vector<SampledText> texts;
  for (std::size_t q = 0; q < requests.size(); ++q) {
    for (std::size_t s = 0; s < completions[q].size(); ++s) {
      const Completion& completion = completions[q][s];
      texts.push_back({static_cast<std::int64_t>(q), static_cast<std::int64_t>(s),
                       tokenizer.sampled_text(completion.ids),
                       static_cast<std::int64_t>(completion.ids.size()), completion.finish});
    }
  }
  return texts;
}

}  // namespace

std::string whole_prompt(const std::string& question, const text::ChatTemplate& chat_template) {
  return chat_template.prompt(
      {{"system", "Please reason step by step, and put your final answer within \\boxed{}."},
       {"user", question}});
}

std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer,
                                      const text::ChatTemplate& chat_template, const Generate& generate) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    requests.push_back(
        {tokenizer.encode(whole_prompt(question.question, chat_template)), question.number, 0, samples});
  }
  return sampled_texts(requests, tokenizer, generate);
}

std::vector<SampledText> answer_whole(const std::vector<Question>& questions, std::int64_t samples,
                                      const text::Tokenizer& tokenizer, const trajectory::View& view,
                                      const Generate& generate) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    trajectory::Solution asked;
    asked.domain = "math";
    asked.question = question.question;
    requests.push_back({view.render(asked, 0).prompt_ids, question.number, 0, samples});
  }
  return sampled_texts(requests, tokenizer, generate);
}

std::vector<SampledText> answer_steps(const std::vector<Question>& questions, std::int64_t samples,
                                      bool solution_tags, const text::Tokenizer& tokenizer,
                                      const trajectory::View& view, const Generate& generate,
                                      reward::Strip strip) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    requests.push_back(
        {view.render(*question.expert, question.step).prompt_ids, question.number, 0, samples});
  }
  std::vector<SampledText> texts = sampled_texts(requests, tokenizer, generate);
  for (SampledText& written : texts) {
    if (written.finish == text::Finish::length) { continue; }
    const auto parsed = reward::parse_completion(view.prefill() + written.text, solution_tags, strip);
    written.action = parsed.action;
    if (parsed.error != reward::FormatError::none) { written.finish = text::Finish::bad_format; }
  }
  return texts;
}

std::vector<SampledText> answer_stepwise(const std::vector<Question>& questions, std::int64_t samples,
                                         std::int64_t max_steps, bool solution_tags,
                                         const text::Tokenizer& tokenizer, const trajectory::View& view,
                                         const Generate& generate) {
  std::vector<Walk> walks;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    for (std::int64_t s = 0; s < samples; ++s) {
      Walk walk;
      walk.written.question = static_cast<std::int64_t>(q);
      walk.written.sample = s;
      walk.so_far.domain = "math";
      walk.so_far.question = questions[q].question;
      walks.push_back(std::move(walk));
    }
  }
  for (std::int64_t step = 0; step < max_steps; ++step) {
    std::vector<Request> requests;
    std::vector<std::size_t> asked;
    for (std::size_t w = 0; w < walks.size(); ++w) {
      if (walks[w].done) { continue; }
      trajectory::Solution asking = walks[w].so_far;
      asking.steps.emplace_back();  // placeholder for the step that is asked for
      trajectory::Instance instance = view.render(asking, step);
      // Completion numbers select the random numbers. Step k of sample s has number s + samples * k, unique
      // within a question.
      requests.push_back({std::move(instance.prompt_ids),
                          questions[static_cast<std::size_t>(walks[w].written.question)].number,
                          walks[w].written.sample + samples * step, 1});
      asked.push_back(w);
    }
    if (requests.empty()) { break; }
    const auto completions = generate(requests);
    for (std::size_t r = 0; r < asked.size(); ++r) {
      take_step(walks[asked[r]], completions[r].at(0), view.prefill(), tokenizer, solution_tags, max_steps);
    }
  }
  std::vector<SampledText> texts;
  for (Walk& walk : walks) { texts.push_back(std::move(walk.written)); }
  return texts;
}

}  // namespace srl::evaluation
