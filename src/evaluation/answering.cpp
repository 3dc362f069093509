#include "evaluation/answering.hpp"

#include "base/unicode.hpp"
#include "grading/grading.hpp"
#include "reward/format.hpp"
#include "trajectory/solution.hpp"

namespace srl::evaluation {
namespace {

/// One answer under way in the stepwise view.
struct Walk {
  Attempt attempt;
  trajectory::Solution so_far;
  bool done = false;
};

/// A step that states the final answer ends the walk: a box, or the phrase; a mere number does not.
bool states_answer(const std::string& step) {
  const grading::Extracted found = grading::extract_answer(step);
  return found.found && (found.how == "boxed" || found.how == "answer_is");
}

void take_step(Walk& walk, const Reply& reply, const std::string& prefill, const text::Tokenizer& tokenizer, bool solution_tags,
               std::int64_t max_steps) {
  walk.attempt.tokens += static_cast<std::int64_t>(reply.ids.size());
  const std::string written = repair_utf8(tokenizer.decode(reply.ids, true));
  const reward::ParsedAnswer parsed = reward::parse_answer(prefill + written, solution_tags);
  const bool cut = reply.finish_reason == "length";
  if (cut || parsed.error != reward::FormatError::none) {
    walk.attempt.text += written;
    walk.attempt.finish_reason = cut ? "length" : "bad_format";
    walk.done = true;
    return;
  }
  walk.attempt.text += parsed.action + "\n\n";
  walk.so_far.steps.push_back({.title = {}, .thought = {}, .action = parsed.action, .observation = {}});
  walk.attempt.finish_reason = "stop";
  walk.done = states_answer(parsed.action);
  if (!walk.done && static_cast<std::int64_t>(walk.so_far.steps.size()) == max_steps) {
    walk.attempt.finish_reason = "max_steps";
    walk.done = true;
  }
}

/// One attempt a reply, in the order of questions, then samples.
std::vector<Attempt> attempts_of(const std::vector<Request>& requests, const text::Tokenizer& tokenizer, const Generate& generate) {
  const auto replies = generate(requests);
  std::vector<Attempt> attempts;
  for (std::size_t q = 0; q < requests.size(); ++q) {
    for (std::size_t s = 0; s < replies[q].size(); ++s) {
      const Reply& reply = replies[q][s];
      attempts.push_back({static_cast<std::int64_t>(q), static_cast<std::int64_t>(s), repair_utf8(tokenizer.decode(reply.ids, true)),
                          static_cast<std::int64_t>(reply.ids.size()), reply.finish_reason});
    }
  }
  return attempts;
}

}  // namespace

std::string whole_prompt(const std::string& question, const text::Layout& layout) {
  return layout.prompt({{"system", "Please reason step by step, and put your final answer within \\boxed{}."}, {"user", question}});
}

std::vector<Attempt> answer_whole(const std::vector<Question>& questions, std::int64_t samples, const text::Tokenizer& tokenizer,
                                  const text::Layout& layout, const Generate& generate) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    requests.push_back({tokenizer.encode(whole_prompt(question.question, layout)), question.number, 0, samples});
  }
  return attempts_of(requests, tokenizer, generate);
}

std::vector<Attempt> answer_whole(const std::vector<Question>& questions, std::int64_t samples, const text::Tokenizer& tokenizer,
                                  const trajectory::View& view, const Generate& generate) {
  std::vector<Request> requests;
  for (const Question& question : questions) {
    trajectory::Solution asked;
    asked.domain = "math";
    asked.question = question.question;
    requests.push_back({view.render(asked, 0).prompt_ids, question.number, 0, samples});
  }
  return attempts_of(requests, tokenizer, generate);
}

std::vector<Attempt> answer_steps(const std::vector<Question>& questions, std::int64_t samples, bool solution_tags,
                                  const text::Tokenizer& tokenizer, const trajectory::View& view, const Generate& generate) {
  std::vector<Request> requests;
  std::vector<std::string> prefills;
  for (const Question& question : questions) {
    trajectory::Instance instance = view.render(*question.expert, question.step);
    requests.push_back({std::move(instance.prompt_ids), question.number, 0, samples});
    prefills.push_back(std::move(instance.prefill));
  }
  std::vector<Attempt> attempts = attempts_of(requests, tokenizer, generate);
  for (Attempt& attempt : attempts) {
    if (attempt.finish_reason == "length") continue;
    const auto parsed = reward::parse_answer(prefills[static_cast<std::size_t>(attempt.question)] + attempt.text, solution_tags);
    attempt.action = parsed.action;
    if (parsed.error != reward::FormatError::none) attempt.finish_reason = "bad_format";
  }
  return attempts;
}

std::vector<Attempt> answer_stepwise(const std::vector<Question>& questions, std::int64_t samples, std::int64_t max_steps,
                                     bool solution_tags, const text::Tokenizer& tokenizer, const trajectory::View& view,
                                     const Generate& generate) {
  std::vector<Walk> walks;
  for (std::size_t q = 0; q < questions.size(); ++q) {
    for (std::int64_t s = 0; s < samples; ++s) {
      Walk walk;
      walk.attempt.question = static_cast<std::int64_t>(q);
      walk.attempt.sample = s;
      walk.so_far.domain = "math";
      walk.so_far.question = questions[q].question;
      walks.push_back(std::move(walk));
    }
  }
  for (std::int64_t step = 0; step < max_steps; ++step) {
    std::vector<Request> requests;
    std::vector<std::size_t> asked;
    std::string prefill;
    for (std::size_t w = 0; w < walks.size(); ++w) {
      if (walks[w].done) continue;
      trajectory::Solution asking = walks[w].so_far;
      asking.steps.emplace_back();   // the step asked for, unknown
      trajectory::Instance instance = view.render(asking, step);
      prefill = instance.prefill;
      // The random numbers of step k of sample s: answers are numbered s + samples * k, never reused within a question.
      requests.push_back({std::move(instance.prompt_ids), questions[static_cast<std::size_t>(walks[w].attempt.question)].number,
                          walks[w].attempt.sample + samples * step, 1});
      asked.push_back(w);
    }
    if (requests.empty()) break;
    const auto replies = generate(requests);
    for (std::size_t r = 0; r < asked.size(); ++r) take_step(walks[asked[r]], replies[r].at(0), prefill, tokenizer, solution_tags, max_steps);
  }
  std::vector<Attempt> attempts;
  for (Walk& walk : walks) attempts.push_back(std::move(walk.attempt));
  return attempts;
}

}  // namespace srl::evaluation
