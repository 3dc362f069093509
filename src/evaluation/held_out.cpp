#include "evaluation/held_out.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "base/strings.hpp"
#include "trajectory/unrelated.hpp"

namespace srl::evaluation {
namespace {

void name_unrelated(std::vector<Question>& questions) {
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const auto other =
        trajectory::unrelated_step(questions.size(), i, [&](std::size_t k) { return questions[k].solution; });
    if (other) { questions[i].unrelated = questions[*other].reference; }
  }
}

}  // namespace

HeldOut held_out_questions(const trajectory::Dataset& dataset, const trajectory::InstanceOptions& options,
                           std::int64_t count, const std::function<bool(const Question&)>& keeps) {
  HeldOut held_out;
  std::shared_ptr<const trajectory::Solution> expert;
  std::int64_t loaded = -1;
  for (std::int64_t i = 0; i < std::min(count, dataset.size()); ++i) {
    const trajectory::InstanceKey key = dataset.key(i);
    if (key.solution != loaded) {
      expert = std::make_shared<const trajectory::Solution>(dataset.solution(key.solution));
      loaded = key.solution;
    }
    Question question{.number = i,
                      .id = expert->id,
                      .where = cat("held-out solution ", key.solution, ", step ", key.k + 1),
                      .question = expert->question,
                      .reference = target_of(*expert, key.k, options),
                      .expert = expert,
                      .step = key.k,
                      .solution = key.solution,
                      .previous = previous_of(*expert, key.k, options)};
    if (keeps && !keeps(question)) {
      ++held_out.left_out;
      continue;
    }
    held_out.questions.push_back(std::move(question));
  }
  name_unrelated(held_out.questions);
  return held_out;
}

Benchmark held_out_steps(const std::string& folder, const trajectory::InstanceOptions& options,
                         std::int64_t limit) {
  trajectory::InstanceOptions steps = options;
  steps.view = trajectory::InstanceView::step;
  const trajectory::Dataset dataset({folder}, trajectory::Split::validation, steps);
  const std::filesystem::path path(folder);
  Benchmark benchmark{
      .name = (path.has_filename() ? path : path.parent_path()).filename().string(),
      .checksum = dataset.fingerprint(),
      .questions = held_out_questions(dataset, steps, limit > 0 ? limit : dataset.size()).questions};
  for (Question& question : benchmark.questions) { question.where = cat(folder, ": ", question.where); }
  if (benchmark.questions.empty()) {
    throw BadInput(cat(folder, ": the data have no validation solutions; srl_prep must hold some out"));
  }
  return benchmark;
}

}  // namespace srl::evaluation
