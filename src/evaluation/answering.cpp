#include "evaluation/answering.hpp"

#include <numeric>

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
  if (completion.finish == text::Finish::unfinished) {  // the generation ended early
    walk.written.finish = text::Finish::unfinished;
    walk.done = true;
    return;
  }
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

/// A text that is still empty.
SampledText empty_text(std::size_t question, std::int64_t sample) {
  SampledText text;
  text.question = static_cast<std::int64_t>(question);
  text.sample = sample;
  return text;
}

std::string why_not(const Respondent& respondent, const std::vector<text::TokenId>& prompt) {
  return respondent.why_not ? respondent.why_not(prompt) : "";
}

/// One completion per sample asked for. `prompt_of` gives the prompt of a question.
std::vector<SampledText> sampled_texts(
    const std::vector<Asked>& asked, const Respondent& respondent,
    const std::function<std::vector<text::TokenId>(const Question&)>& prompt_of) {
  std::vector<SampledText> texts;
  std::vector<Request> requests;
  std::vector<std::size_t> first;  // of each request: its first text
  for (std::size_t q = 0; q < asked.size(); ++q) {
    const std::vector<text::TokenId> prompt = prompt_of(*asked[q].question);
    const std::string reason = why_not(respondent, prompt);
    for (const std::int64_t sample : asked[q].samples) {
      texts.push_back(empty_text(q, sample));
      if (!reason.empty()) {
        texts.back().finish = text::Finish::not_asked;
        texts.back().why_not = reason;
        continue;
      }
      // Samples in a row share one request, and so the work on its prompt.
      if (!requests.empty() && texts[first.back()].question == texts.back().question &&
          requests.back().first_completion + requests.back().completions == sample) {
        ++requests.back().completions;
        continue;
      }
      requests.push_back({prompt, asked[q].question->number, sample, 1});
      first.push_back(texts.size() - 1);
    }
  }
  if (requests.empty()) { return texts; }
  const auto completions = respondent.generate(requests);
  for (std::size_t r = 0; r < requests.size(); ++r) {
    for (std::size_t c = 0; c < completions[r].size(); ++c) {
      const Completion& completion = completions[r][c];
      SampledText& text = texts[first[r] + c];
      text.text = respondent.tokenizer.sampled_text(completion.ids);
      text.tokens = std::ssize(completion.ids);
      text.finish = completion.finish;
    }
  }
  return texts;
}

}  // namespace

std::vector<Asked> ask_all(const std::vector<Question>& questions, std::int64_t samples) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(samples));
  std::iota(numbers.begin(), numbers.end(), 0);
  std::vector<Asked> asked;
  for (const Question& question : questions) { asked.push_back({&question, numbers}); }
  return asked;
}

std::string whole_prompt(const std::string& question, const text::ChatTemplate& chat_template,
                         const std::string& system_prompt, const Shots& shots) {
  const std::string usual = "Please reason step by step, and put your final answer within \\boxed{}.";
  std::vector<text::Message> messages{{"system", system_prompt.empty() ? usual : system_prompt}};
  for (const Example* example : shots.before(question)) {
    messages.push_back({"user", example->question});
    messages.push_back({"assistant", example->answer});
  }
  messages.push_back({"user", question});
  return chat_template.prompt(messages);
}

std::vector<SampledText> answer_whole(const std::vector<Asked>& asked, const Respondent& respondent,
                                      const text::ChatTemplate& chat_template,
                                      const std::string& system_prompt, const Shots& shots) {
  return sampled_texts(asked, respondent, [&](const Question& question) {
    return respondent.tokenizer.encode(whole_prompt(question.question, chat_template, system_prompt, shots));
  });
}

std::vector<SampledText> answer_patches(const std::vector<Asked>& asked, const Respondent& respondent,
                                        const text::ChatTemplate& chat_template,
                                        const std::string& system_prompt) {
  return sampled_texts(asked, respondent, [&](const Question& question) {
    std::vector<text::Message> messages;
    if (!system_prompt.empty()) { messages.push_back({"system", system_prompt}); }
    messages.push_back({"user", question.question});
    return respondent.tokenizer.encode(chat_template.prompt(messages));
  });
}

std::vector<SampledText> answer_whole(const std::vector<Asked>& asked, const Respondent& respondent,
                                      const trajectory::View& view) {
  return sampled_texts(asked, respondent, [&](const Question& question) {
    trajectory::Solution solution;
    solution.domain = "math";
    solution.question = question.question;
    return view.render(solution, 0).prompt_ids;
  });
}

std::vector<SampledText> answer_steps(const std::vector<Asked>& asked, bool solution_tags,
                                      const Respondent& respondent, const trajectory::View& view,
                                      reward::Strip strip) {
  std::vector<SampledText> texts = sampled_texts(asked, respondent, [&](const Question& question) {
    return view.render(*question.expert, question.step).prompt_ids;
  });
  for (SampledText& written : texts) {
    if (written.finish != text::Finish::stop) { continue; }
    const auto parsed = reward::parse_completion(view.prefill() + written.text, solution_tags, strip);
    written.action = parsed.action;
    if (parsed.error != reward::FormatError::none) { written.finish = text::Finish::bad_format; }
  }
  return texts;
}

std::vector<SampledText> answer_stepwise(const std::vector<Asked>& asked, std::int64_t samples,
                                         std::int64_t max_steps, bool solution_tags,
                                         const Respondent& respondent, const trajectory::View& view) {
  std::vector<Walk> walks;
  for (std::size_t q = 0; q < asked.size(); ++q) {
    for (const std::int64_t sample : asked[q].samples) {
      Walk& walk = walks.emplace_back();
      walk.written = empty_text(q, sample);
      walk.so_far.domain = "math";
      walk.so_far.question = asked[q].question->question;
    }
  }
  for (std::int64_t step = 0; step < max_steps; ++step) {
    std::vector<Request> requests;
    std::vector<std::size_t> walking;
    for (std::size_t w = 0; w < walks.size(); ++w) {
      Walk& walk = walks[w];
      if (walk.done) { continue; }
      trajectory::Solution asking = walk.so_far;
      asking.steps.emplace_back();  // placeholder for the step that is asked for
      trajectory::Instance instance = view.render(asking, step);
      std::string reason = why_not(respondent, instance.prompt_ids);
      if (!reason.empty()) {
        walk.written.finish = step == 0 ? text::Finish::not_asked : text::Finish::length;
        walk.written.why_not = std::move(reason);
        walk.done = true;
        continue;
      }
      // Completion numbers select the random numbers. Step k of sample s has number s + samples * k, unique
      // within a question.
      const Question& question = *asked[static_cast<std::size_t>(walk.written.question)].question;
      requests.push_back(
          {std::move(instance.prompt_ids), question.number, walk.written.sample + samples * step, 1});
      walking.push_back(w);
    }
    if (requests.empty()) { break; }
    const auto completions = respondent.generate(requests);
    for (std::size_t r = 0; r < walking.size(); ++r) {
      take_step(walks[walking[r]], completions[r].at(0), view.prefill(), respondent.tokenizer, solution_tags,
                max_steps);
    }
  }
  std::vector<SampledText> texts;
  for (Walk& walk : walks) { texts.push_back(std::move(walk.written)); }
  return texts;
}

}  // namespace srl::evaluation
