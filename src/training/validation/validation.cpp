#include "training/validation/validation.hpp"

#include "base/counted.hpp"
#include "base/files.hpp"
#include "base/log.hpp"
#include "base/strings.hpp"
#include "evaluation/scoring.hpp"
#include "training/run/read_once.hpp"

namespace srl::training {
namespace {

using evaluation::Question;
using evaluation::SampledText;
using job::per;

/// This rank's questions.
std::vector<Question> my_share(const std::vector<Question>& questions, const comm::Communicator& world) {
  std::vector<Question> mine;
  for (std::size_t i = static_cast<std::size_t>(world.rank()); i < questions.size();
       i += static_cast<std::size_t>(world.size())) {
    mine.push_back(questions[i]);
  }
  return mine;
}

/// Collective. test(i) for all i < count; each is tested on one rank.
std::vector<bool> shared_tests(std::int64_t count, const comm::Communicator& world,
                               const std::function<bool(std::int64_t)>& test) {
  std::string mine;
  for (std::int64_t i = world.rank(); i < count; i += world.size()) { mine += test(i) ? 'y' : 'n'; }
  const std::vector<std::string> all = world.all_gather(mine);
  std::vector<bool> passed(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < passed.size(); ++i) { passed[i] = all[i % all.size()][i / all.size()] == 'y'; }
  return passed;
}

/// Greedy generation; ends early on a rank that is leaving.
evaluation::Generate greedy(const Sampler& sampler, std::int64_t first_completion,
                            job::Interruption& interruption) {
  return [&sampler, first_completion, &interruption](const std::vector<evaluation::Request>& requests) {
    std::vector<std::vector<evaluation::Completion>> completions(requests.size());
    if (requests.empty()) { return completions; }
    std::vector<rollout::Group> asked;
    for (const evaluation::Request& request : requests) {
      asked.push_back({request.prompt, request.draw, request.completions, first_completion});
    }
    rollout::SamplingOptions sampling = sampler.sampling;
    sampling.greedy = true;
    rollout::Generated generated = sampler.generator->generate(
        asked, sampling, sampler.seed, RandomStream::validation, generation_tick(interruption));
    for (std::size_t r = 0; r < requests.size(); ++r) {
      for (rollout::Completion& one : generated.completions[r]) {
        completions[r].push_back({std::move(one.ids), one.finish});
      }
    }
    return completions;
  };
}

/// The rewards of the run's own signal, where those of rounds are computed; 0 with likelihood, which has
/// none.
void count_rewards(const Sampler& sampler, const std::vector<Question>& steps,
                   const std::vector<SampledText>& written, ValidationFigures& figures) {
  if (sampler.signal.signal.kind == objective::SignalKind::likelihood) { return; }
  std::vector<objective::Answers> answers;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    answers.push_back({.expert = {steps[i].reference, steps[i].expert->answer.value_or("")},
                       .texts = {sampler.view.prefill() + written[i].text},
                       .truncated = {written[i].finish == text::Finish::length}});
  }
  const objective::ScoredAnswers scored =
      objective::scores(answers, sampler.signal, sampler.pool, sampler.reward_place);
  for (const std::vector<objective::Score>& one : scored.scores) { figures.reward += one.at(0).reward; }
  figures.pairs_on_gpu += scored.pairs_on_gpu;
}

/// Scores and controls, by the threads of the pool.
void count_steps(const Sampler& sampler, const std::vector<Question>& steps,
                 const std::vector<SampledText>& written, ValidationFigures& figures) {
  std::vector<evaluation::Controls> controls(steps.size());
  std::vector<evaluation::StepScore> scores(steps.size());
  sampler.pool.for_range(steps.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      controls[i] = evaluation::controls_of(steps[i], sampler.signal);
      scores[i] = evaluation::score_step(written[i], steps[i], sampler.signal);
    }
  });
  for (std::size_t i = 0; i < steps.size(); ++i) {
    ++figures.instances;
    figures.with_other += controls[i].other.has_value();
    figures.other += controls[i].other.value_or(0);
    figures.with_previous += controls[i].previous.has_value();
    figures.previous += controls[i].previous.value_or(0);
    figures.format_right += scores[i].right_format;
    figures.exact += scores[i].exact;
    figures.similarity += scores[i].similarity;
    figures.shuffled += scores[i].similarity_unrelated.value_or(0);
  }
}

}  // namespace

double ValidationFigures::score(objective::SignalKind kind) const {
  const bool graded = kind == objective::SignalKind::outcome || kind == objective::SignalKind::exact;
  return graded ? per(reward, instances) : per(similarity, instances);
}

std::string ValidationFigures::text() const {
  const std::string others = with_other > 0 ? cat("another question's ", fixed(per(other, with_other), 3),
                                                  ", shuffled ", fixed(per(shuffled, format_right), 3))
                                            : std::string("no other question");
  const std::string skipped = skipped_long > 0 ? cat(", ", skipped_long, " more with prompts too long") : "";
  const std::string benchmark =
      benchmark_questions > 0 ? cat("; benchmark ", benchmark_right, " of ", benchmark_questions, " right")
                              : "";
  return cat("format ", fixed(per(format_right, instances), 3), ", similarity given format ",
             fixed(per(similarity, format_right), 3), ", exact ", fixed(per(exact, instances), 3),
             ", reward ", fixed(per(reward, instances), 3), " (controls: previous step ",
             fixed(per(previous, with_previous), 3), ", ", others, "; ", counted(instances, "instance"),
             skipped, ")", benchmark);
}

std::int64_t validation_instances(const trajectory::Dataset& dataset, std::int64_t questions) {
  std::int64_t count = 0;
  while (count < dataset.size() && dataset.key(count).solution < questions) { ++count; }
  return count;
}

ValidationSet validation_set(const Options& options, const Sampler& sampler,
                             const trajectory::Dataset& dataset, const text::ChatTemplate& chat_template) {
  const ValidationOptions& v = options.validation;
  ValidationSet set;
  if (v.every_updates == 0) { return set; }
  const auto fits = [&](const std::vector<text::TokenId>& prompt) {
    return std::ssize(prompt) <= sampler.max_prompt_tokens;
  };
  set.asked_for = validation_instances(dataset, v.questions);
  const std::vector<bool> held_out_fits = shared_tests(set.asked_for, sampler.world, [&](std::int64_t i) {
    const trajectory::InstanceKey key = dataset.key(i);
    return fits(sampler.view.render(dataset.solution(key.solution), key.k).prompt_ids);
  });
  set.held_out = evaluation::held_out_questions(
      dataset, options.instance, set.asked_for,
      [&](const Question& question) { return held_out_fits[static_cast<std::size_t>(question.number)]; });
  if (v.benchmark.empty() && set.empty() && sampler.world.is_root()) {
    log_warning(
        "validation is off: validation.every_updates is set, but the data (--data) have no solutions held "
        "out for validation; prepare them with srl_prep --holdout.questions N, or set validation.benchmark");
  }
  if (v.benchmark.empty()) { return set; }
  set.chat_template = chat_template;
  const std::string content = read_once(sampler.world, [&] { return read_file(v.benchmark); });
  set.benchmark = evaluation::parse_benchmark(content, v.benchmark, v.benchmark_questions).questions;
  set.asked_for += std::ssize(set.benchmark);
  const std::vector<bool> benchmark_fits =
      shared_tests(std::ssize(set.benchmark), sampler.world, [&](std::int64_t i) {
        const Question& question = set.benchmark[static_cast<std::size_t>(i)];
        return fits(sampler.tokenizer.encode(evaluation::whole_prompt(question.question, chat_template)));
      });
  std::size_t next = 0;
  std::erase_if(set.benchmark, [&](const Question&) { return !benchmark_fits[next++]; });
  return set;
}

std::optional<ValidationFigures> validate(const Sampler& sampler, const ValidationSet& set,
                                          job::Interruption& interruption) {
  ValidationFigures figures;
  figures.skipped_long = set.held_out.left_out;
  const std::vector<Question> steps = my_share(set.held_out.questions, sampler.world);
  const std::vector<SampledText> written = evaluation::answer_steps(
      evaluation::ask_all(steps, 1), sampler.signal.solution_tags,
      {sampler.tokenizer, greedy(sampler, 0, interruption)}, sampler.view, sampler.signal.similarity.strip);
  if (interruption.agreed_to_drop()) { return std::nullopt; }
  count_rewards(sampler, steps, written, figures);
  count_steps(sampler, steps, written, figures);
  if (set.chat_template) {
    const std::vector<Question> asked = my_share(set.benchmark, sampler.world);
    // Completions start at number 1, so they do not share random counters with those of the held-out
    // instances (number 0).
    const std::vector<SampledText> answers =
        evaluation::answer_whole(evaluation::ask_all(asked, 1),
                                 {sampler.tokenizer, greedy(sampler, 1, interruption)}, *set.chat_template);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      ++figures.benchmark_questions;
      figures.benchmark_right +=
          evaluation::score_answer(answers[i].text, asked[i], sampler.signal.grading).correct;
    }
  }
  if (interruption.agreed_to_drop()) {
    return std::nullopt;  // the completions may be unfinished
  }
  job::combine_over_ranks(figures, sampler.world);
  return figures;
}

}  // namespace srl::training
